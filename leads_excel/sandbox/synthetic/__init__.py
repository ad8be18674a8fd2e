"""Leads of people who do not exist: everything is a function of the seed and a number.

In: a seed, a day, a moment. Out: bulks as the API page describes them.
May import: nothing of ours.
"""
