#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tcb_oracle.py SP CVMCTL FOLDER ROUNDS: what cvmctl says of a TDX platform's TCB, against
a second reading of the same rules.

Machines and what the provisioning service knows of them are drawn at random; the software
platform makes quote and collateral, each for a machine of its own. The rules are those of
Intel's "TDX DCAP Quote Verification" and of the PCS' API documentation, "TCB info v3". This
file shares no code with libcvm and reads the bytes on its own. Prints TAP.
"""
import base64
import json
import os
import random
import re
import struct
import subprocess
import sys

STATUSES = ["UpToDate", "SWHardeningNeeded", "ConfigurationNeeded",
            "ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded",
            "Revoked", "NoMatchingLevel"]
PART_STATUSES = ["UpToDate", "OutOfDate", "Revoked", "NoMatchingLevel"]
CURRENT = STATUSES[:4]
CONFIGURE = {"ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded",
             "OutOfDateConfigurationNeeded"}
NO_MATCH = "NoMatchingLevel"
SGX_TCB = bytes.fromhex("060b2a864886f84d010d0102")  # 1.2.840.113741.1.13.1.2.x


# ---- evidence ----

def sgx_components(der):
    """SVNs of the SGX extension: OID ...1 to ...16, then the PCE's, ...17."""
    numbers = {}
    for match in re.finditer(re.escape(SGX_TCB), der):
        at = match.end()
        which, tag, length = der[at], der[at + 1], der[at + 2]
        if tag == 2:
            numbers[which] = int.from_bytes(der[at + 3:at + 3 + length], "big")
    return [numbers[i] for i in range(1, 17)], numbers[17]


class Quote:
    def __init__(self, data):
        version, = struct.unpack_from("<H", data)
        at, self.type, size = 48, 2, 584
        if version == 5:
            self.type, size = struct.unpack_from("<HI", data, 48)
            at = 54
        body = data[at:at + size]
        self.launched = body[:16]
        self.running = body[584:600] if self.type == 3 else None
        at += size + 4 + 64 + 64        # length, signature, attestation key
        kind, _ = struct.unpack_from("<HI", data, at)
        assert kind == 6
        at += 6
        self.qe, = struct.unpack_from("<H", data, at + 258)
        at += 384 + 64
        at += 2 + struct.unpack_from("<H", data, at)[0]
        kind, size = struct.unpack_from("<HI", data, at)
        assert kind == 5
        pem = data[at + 6:at + 6 + size].decode()
        first = pem.split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0]
        self.sgx, self.pce = sgx_components(base64.b64decode(first))


# ---- rules ----

def first(levels, fits):
    return next((level for level in levels if fits(level["tcb"])), None)


def svns(components):
    return [component["svn"] for component in components]


def covers(have, wanted):
    return all(a >= b for a, b in zip(have, wanted))


def identity_of(info, svn):
    wanted = "TDX_%02x" % svn[1]
    return next((m for m in info["tdxModuleIdentities"] if m["id"].upper() == wanted.upper()),
                None)


def is_out_of_date(status):
    return status.startswith("OutOfDate")


def converge(status, part):
    if part in ("Revoked", NO_MATCH):
        return part
    if part == "OutOfDate" and status in CURRENT:
        return "OutOfDateConfigurationNeeded" if status in CONFIGURE else "OutOfDate"
    return status


def runs_newest(info, svn):
    newest = svns(info["tcbLevels"][0]["tcb"]["tdxtcbcomponents"])
    if svn[2] < newest[2]:
        return False
    if not svn[1]:
        return svn[0] >= newest[0]
    identity = identity_of(info, svn)
    return bool(identity) and svn[0] >= identity["tcbLevels"][0]["tcb"]["isvsvn"]


def judge(quote, info, enclave):
    """Returns status, platform, module and quoting enclave.

    A module without a major version has no status of its own: "UpToDate" stands for it.
    """
    def sgx_fits(tcb):
        return (covers(quote.sgx, svns(tcb["sgxtcbcomponents"])) and
                quote.pce >= tcb["pcesvn"])

    # versions from 1 on have an identity of their own for the first two numbers
    judged = slice(2 if quote.launched[1] else 0, None)

    def all_fits(tcb):
        return sgx_fits(tcb) and covers(quote.launched[judged],
                                        svns(tcb["tdxtcbcomponents"])[judged])

    def status(level):
        return level["tcbStatus"] if level else NO_MATCH

    platform = status(first(info["tcbLevels"], all_fits))
    sgx = status(first(info["tcbLevels"], sgx_fits))
    qe = status(first(enclave["tcbLevels"], lambda tcb: quote.qe >= tcb["isvsvn"]))
    module = "UpToDate"
    if quote.launched[1]:
        identity = identity_of(info, quote.launched)
        module = status(identity and first(identity["tcbLevels"],
                                           lambda tcb: quote.launched[0] >= tcb["isvsvn"]))
    if platform == NO_MATCH:
        return NO_MATCH, platform, module, qe
    result = converge(platform, module)
    if result in ("Revoked", NO_MATCH):
        return result, platform, module, qe
    if (quote.type == 3 and is_out_of_date(result) and module == "OutOfDate" and
            sgx in CURRENT and qe == "UpToDate" and runs_newest(info, quote.running)):
        result = ("TDRelaunchAdvisedConfigurationNeeded"
                  if result in CONFIGURE or sgx in CONFIGURE else "TDRelaunchAdvised")
    return converge(result, qe), platform, module, qe


# ---- rounds ----

def machine(rng):
    """Options of a machine that is a little older or newer than others."""
    major = rng.choice([0, 1, 1, 1, 2])

    def module():
        minor, late = rng.choice([4, 5, 6]), rng.choice([2, 3])
        return bytes([minor, major, late] + [0] * 13).hex()

    version, body = rng.choice([("4", "1.0"), ("5", "1.0"), ("5", "1.5"), ("5", "1.5")])
    components = [rng.choice([4, 4, 4, 4, 4, 4, 4, 3]) for _ in range(16)]
    return ["pck-tcb=" + ",".join(map(str, components)), "pce-svn=%d" % rng.choice([12, 13, 13]),
            "tee-tcb-svn=" + module(), "tee-tcb-svn2=" + module(),
            "qe-svn=%d" % rng.choice([4, 5]), "quote-version=" + version, "td-version=" + body]


def opinion(rng):
    """What the provisioning service thinks of the newest level."""
    return ["tcb-status=" + rng.choice(STATUSES + CURRENT * 2),
            "module-status=" + rng.choice(PART_STATUSES + ["UpToDate", "OutOfDate"] * 2),
            "qe-status=" + rng.choice(PART_STATUSES + ["UpToDate"] * 4)]


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def load(folder, pattern, name):
    file = next(f for f in sorted(os.listdir(folder)) if f.startswith(pattern))
    with open(os.path.join(folder, file), "rb") as stream:
        return json.load(stream)[name]


def one_round(sp, cvmctl, folder, rng):
    of_quote, of_service = machine(rng), machine(rng)
    if rng.random() < 0.65:
        of_service = of_quote
    quote, tdx = os.path.join(folder, "quote"), os.path.join(folder, "tdx")
    run(sp, "quote", "--state", folder, "--report-data", "00" * 64, "--out", quote, *of_quote)
    run(sp, "collateral", "--state", folder, *of_service, *opinion(rng))
    collateral = os.path.join(tdx, "collateral")
    answer = subprocess.run([cvmctl, "verify", "--no-nonce", "--json", "--roots",
                             os.path.join(tdx, "root.pem"), "--collateral", collateral, quote],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    tcb = json.loads(answer.stdout).get("tcb") or {}
    got = tuple(tcb.get(name) for name in ("status", "platform", "module", "qe"))
    with open(quote, "rb") as stream:
        parsed = Quote(stream.read())
    wanted = judge(parsed, load(collateral, "tcb_info", "tcbInfo"),
                   load(collateral, "td_qe", "enclaveIdentity"))
    return got, wanted, of_quote, of_service


def main():
    sp, cvmctl, folder, rounds = sys.argv[1:]
    rng = random.Random(1)
    seen = {}
    for number in range(1, int(rounds) + 1):
        got, wanted, of_quote, of_service = one_round(sp, cvmctl, folder, rng)
        seen[wanted[0]] = seen.get(wanted[0], 0) + 1
        good = got == wanted
        print("%sok %d - machine %d: %s" % ("" if good else "not ", number, number, wanted[0]))
        if not good:
            print("# got %s, wanted %s" % (got, wanted))
            print("# quote: %s\n# service: %s" % (" ".join(of_quote), " ".join(of_service)))
    missing = {"TDRelaunchAdvised", "TDRelaunchAdvisedConfigurationNeeded",
               *STATUSES} - set(seen)
    print("%sok %d - every status occurred" % ("not " if missing else "", int(rounds) + 1))
    print("# %s" % ", ".join("%s %d" % item for item in sorted(seen.items())))
    print("1..%d" % (int(rounds) + 1))


main()
