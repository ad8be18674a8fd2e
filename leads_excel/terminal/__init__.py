"""What a program is connected to: streams that may fail, and a terminal that may be closed. Neither stops the work.

In: what anybody tells. Out: streams that take everything, and when to begin again.
May import: nothing of ours.
"""
