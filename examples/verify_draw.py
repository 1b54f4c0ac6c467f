#!/usr/bin/env python3
"""Repeat the draw of a published lottery: python verify_draw.py PUBLISHED.json [SOURCE_VALUE]

Standard library only. Prints who is drawn; exits 1 where the file says otherwise or is not what was committed to.
"""

import hashlib
import hmac
import json
import sys

TICKETS = 2**32

with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - as few names as possible, for readers of all trades
    published = json.load(file)
body, told = published["body"], published["draw"]

# 1. What was committed to: the body, with sorted names and without spaces.
text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
commitment = hashlib.sha256(text.encode()).hexdigest()
if commitment != published["commitment"] or sum(body["tickets"]) != TICKETS:
    sys.exit("The file is not what was committed to.")

# 2. The seed: the commitment, then the value of the public source (or the secret seed, told afterwards).
value = sys.argv[2] if len(sys.argv) > 2 else told["source_value"]
if body["seed_sha256"] not in (None, hashlib.sha256(value.encode()).hexdigest()):
    sys.exit("This is not the seed that was promised.")
seed = hashlib.sha256((commitment + value).encode()).digest()

# 3. The ticket, and the panel that holds it.
number = int.from_bytes(hashlib.sha256(seed + bytes(4)).digest()[:8], "big") % TICKETS
panel, last = 0, body["tickets"][0]
while number >= last:
    panel += 1
    last += body["tickets"][panel]

# 4. Among people alike, those of the lowest HMAC.
members = []
for kind, seats in body["panels"][panel]:
    order = sorted(body["types"][kind], key=lambda one: hmac.new(seed, one.encode(), "sha256").digest())
    members += order[:seats]
print(f"ticket {number}, panel {panel}:", *sorted(members))
if told is not None and (told["seed"], told["number"], told["members"]) != (seed.hex(), number, sorted(members)):
    sys.exit("The file tells another draw.")
