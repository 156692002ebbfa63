#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare what the guest's audit says of every page with the platform's own table.

audit_compare.py [--used] MAP HV-LOG: MAP is "cvmctl audit map --json", HV-LOG has the answer
to question 's' (hv/question.c). Prints the counts of pages by the guest's state, then each
run of pages on which the two disagree; the exit status is 1 when there is one. With --used
the platform knows of a shared page only once it was used (SEV and SEV-ES have no table).
"""

import json
import re
import sys

PAGE = 4096
STATES = {'private': 'private', 'unaccepted': 'pending', 'shared': 'shared'}


def guest_states(path):
    """Page number to state, for memory that is online"""
    states = {}
    for extent in json.load(open(path))['extents']:
        first = extent['start'] // PAGE
        for page in range(first, first + extent['length'] // PAGE):
            if extent['state'] != 'offline':
                states[page] = extent['state']
    return states


def platform_states(path):
    """Page number to state, of the last answer in the log"""
    states = {}
    ended = True
    for line in open(path, errors='replace'):
        run = re.search(r'pages: ([0-9a-f]+)-([0-9a-f]+) (\w+)$', line)
        if run:
            if ended:
                states = {}
            ended = False
            for page in range(int(run[1], 16) // PAGE, (int(run[2], 16) + 1) // PAGE):
                if run[3] != 'none':
                    states[page] = run[3]
        ended |= 'pages: end' in line
    return states


def runs(pages):
    """Pages as strings FIRST-LAST"""
    first = last = None
    for page in sorted(pages) + [None]:
        if first is not None and page != last + 1:
            yield f'{first:x}-{last:x}'
            first = None
        if first is None:
            first = page
        last = page


def main():
    used = sys.argv[1] == '--used'
    guest = guest_states(sys.argv[-2])
    platform = platform_states(sys.argv[-1])
    wrong = {}
    for page, state in guest.items():
        # memory that the platform never gave the guest, such as a hole of firmware
        if used and state == 'shared' and platform.get(page) == 'private':
            continue
        if page in platform and STATES.get(state) != platform[page]:
            wrong.setdefault((state, platform[page]), []).append(page)
    for state in sorted(set(guest.values())):
        print(f'{state} {sum(1 for page in guest if guest[page] == state)}')
    print(f'compared {sum(1 for page in guest if page in platform)}')
    for (state, other), pages in wrong.items():
        print(f'differ guest {state}, platform {other}: {" ".join(runs(pages))}')
    sys.exit(1 if wrong or not platform else 0)


if __name__ == '__main__':
    main()
