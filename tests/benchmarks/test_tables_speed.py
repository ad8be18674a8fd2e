"""How fast replies become tables, and what that costs in memory, each beside a peer in the same run.

50,000 leads, about 64 MB of JSON; 1,000,000 leads in 52 windows, about 1.3 GB. The peers are the usual way in pandas,
and the fastest decoders that turn JSON into Python objects and do nothing with them.
"""

import gc
import importlib
import json
import sys
from pathlib import Path
from statistics import median
from time import process_time

import pandas as pd
import pytest
from programs import run
from synthetic import reply

from leads_excel import schema
from leads_excel.bulks.decoding import decode
from leads_excel.tables.lead_tables import build

ROUNDS = 5
DECODERS = {
    "orjson": "loads",
    "msgspec.json": "decode",
    "ssrjson": "loads",
    "ujson": "loads",
    "simdjson": "loads",
    "rapidjson": "loads",
    "json": "loads",
}
"""Module -> function that makes Python objects of JSON; those that are not installed are left out."""

MEMORY = """
import gc, os, sys, threading, time
from zoneinfo import ZoneInfo
import pyarrow
from synthetic import reply
from leads_excel.bulks.decoding import decode
from leads_excel.bulks.flattening import flatten
from leads_excel.tables.lead_tables import join

windows, leads = 52, {leads}
zone = ZoneInfo("Asia/Riyadh")
page = os.sysconf("SC_PAGE_SIZE")
resident = lambda: int(open("/proc/self/statm").read().split()[1]) * page
join([flatten(decode(reply(0, 10)), zone)], zone=zone)  # what the libraries themselves need
gc.collect()
base, peak, done = resident(), [0], threading.Event()

def watch():
    while not done.wait(0.005):
        peak[0] = max(peak[0], resident())

threading.Thread(target=watch, daemon=True).start()
parts, size = [], 0
for window in range(windows):
    content = reply(window, leads // windows)
    size += len(content)
    parts.append(flatten(decode(content), zone))
    del content
fetched = peak[0]
tables = join(parts, zone=zone)
done.set()
kept = (tables.leads, tables.vehicles, tables.errors, tables.bulks)
frames = sum(frame.memory_usage(deep=True).sum() for frame in kept)
print(len(tables.leads), size, base, fetched - base, max(peak[0], resident()) - base, frames)
"""


@pytest.fixture(scope="module")
def content():
    """One reply of 50,000 leads in 14 bulks."""
    return reply(0, 50_000)


def seconds(function, *args):
    """Time one call by the processor's clock, which a busy machine slows least, the garbage of earlier ones gone."""
    gc.collect()
    start = process_time()
    result = function(*args)
    took = process_time() - start
    del result
    return took


def ours(content):
    """Make tables of a reply."""
    return build(decode(content))


def usual(content):
    """Make the same four tables as pandas' documentation shows it."""
    bulks = json.loads(content)
    leads = pd.json_normalize(bulks, "leads", ["createdDate"])
    received = [lead for bulk in bulks for lead in bulk["leads"]]
    with_vehicles = [lead for lead in received if lead["vehicles"]]
    with_errors = [
        {**lead, "errorList": [error if isinstance(error, dict) else {"message": error} for error in errors]}
        for lead in received
        if (errors := lead["errorList"] if isinstance(lead["errorList"], list) else [lead["errorList"]]) != [None]
    ]
    frames = {
        "leads": leads.drop(columns=["vehicles", "errorList"]),
        "vehicles": pd.json_normalize(with_vehicles, "vehicles", ["leadExternalId", "leadId"]),
        "errors": pd.json_normalize(with_errors, "errorList", ["leadExternalId", "leadId"]),
        "bulks": pd.DataFrame(bulks).drop(columns="leads"),
    }
    for name, columns in schema.TABLES.items():
        for column in columns:
            if column.kind in ("date", "time") and column.name in frames[name]:
                frames[name][column.name] = pd.to_datetime(frames[name][column.name])
    return frames


def test_fifty_thousand_leads_beside_json_normalize(content, benchmark):
    """At least three times as fast as `json.loads` and `pd.json_normalize` for the same four tables."""
    counts = {name: len(frame) for name, frame in usual(content).items()}
    tables = ours(content)
    assert {name: len(getattr(tables, name)) for name in counts} == counts

    peer = median(seconds(usual, content) for _ in range(3))
    benchmark.pedantic(ours, (content,), rounds=3)

    ratio = peer / median(seconds(ours, content) for _ in range(ROUNDS))
    print(f"\n50,000 leads: {ratio:.1f} x as fast as json.loads and pd.json_normalize (limit 3)")
    assert ratio >= 3


def test_fifty_thousand_leads_beside_the_fastest_decoder(content, benchmark):
    """At most 1.6 times what the fastest decoder takes for the bytes; with the collector off, for information."""
    decoders = {name: getattr(_module(name), function) for name, function in DECODERS.items() if _module(name)}
    taken = {name: [] for name in [*decoders, "ours", "off"]}
    for _ in range(ROUNDS):  # in turns, so that a busy machine is busy for all
        for name, decoder in decoders.items():
            taken[name].append(seconds(decoder, content))
        taken["ours"].append(seconds(ours, content))
    fastest = min(decoders, key=lambda name: min(taken[name]))
    gc.disable()
    taken["off"] = [seconds(decoders[fastest], content) for _ in range(ROUNDS)]
    gc.enable()
    benchmark.pedantic(ours, (content,), rounds=1)

    ratio, off = (min(taken["ours"]) / min(taken[name]) for name in (fastest, "off"))
    print(f"\n50,000 leads: {ratio:.2f} x the time {fastest} needs to decode them (limit 1.6); {off:.2f} x with gc off")
    print(", ".join(f"{name} {min(times):.3f} s" for name, times in taken.items()))
    assert ratio <= 1.6


def _module(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def test_decoding_a_reply_costs_little_before_its_leads_are_read(content, benchmark):
    """Checking the bytes and reading the heads of the bulks; for information."""
    benchmark.pedantic(decode, (content,), rounds=ROUNDS)
    print(f"\n50,000 leads: {len(content) / 1e6:.0f} MB checked in {benchmark.stats.stats.median * 1000:.0f} ms")


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_memory_of_a_million_leads(benchmark):
    """From the bytes of 52 windows to frames needs at most three times what the frames hold, libraries apart."""
    folder = Path(__file__).parent
    command = [sys.executable, "-c", MEMORY.format(leads=1_000_000)]
    environment = {"PYTHONPATH": f"{folder}:{folder.parents[1]}"}

    done = benchmark.pedantic(run, (command,), {"limit": 600, "check": True, "env": environment}, rounds=1)

    leads, size, base, fetched, peak, frames = map(int, done.stdout.split())
    megabytes = {"peak": peak, "frames": frames, "fetching": fetched, "libraries": base, "JSON": size}
    print(f"\n{leads:,} leads: peak {peak / frames:.2f} x the frames (limit 3); MB:", end=" ")
    print(", ".join(f"{name} {count / 1e6:,.0f}" for name, count in megabytes.items()))
    assert peak <= 3 * frames
