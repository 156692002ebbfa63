# SPDX-License-Identifier: GPL-2.0-only
"""Test Anything Protocol, read strictly: what is missing or odd is a failure."""

import re

RESULT = re.compile(r'(not )?ok(?: +(\d+))?(?: +-? *(.*?))?(?: +# *(SKIP\b.*|TODO\b.*))?$', re.I)
COUNT = re.compile(r'# count: (.+)')
PLAN = re.compile(r'1\.\.(\d+)(?: *# *(SKIP\b.*))?$', re.I)


class Result:
    """One line of a test: @passed, @name and, for a skipped one, @reason."""

    def __init__(self, passed, name, reason=None):
        self.passed = passed
        self.name = name
        self.reason = reason

    def line(self, number, prefix=''):
        """The line as TAP again, numbered anew"""
        text = f'{"ok" if self.passed else "not ok"} {number} - {prefix}{self.name}'
        return text if self.reason is None else f'{text} # SKIP {self.reason}'


class Report:
    """What a test program printed: @results, @errors against the protocol, and @counts: what
    it tried, in its "# count: PART: NUMBERS" lines."""

    def __init__(self, lines):
        self.results = []
        self.errors = []
        self.counts = []
        self.plan = None
        self.skip_all = None
        for line in lines:
            self._read(line.rstrip('\r\n'))
        self._check_plan()

    def _read(self, line):
        if line.startswith('Bail out!'):
            self.errors.append(line)
        elif match := PLAN.match(line):
            if self.plan is not None:
                self.errors.append('more than one plan')
            self.plan = int(match[1])
            self.skip_all = match[2]
        elif match := RESULT.match(line):
            self._result(*match.groups())
        elif match := COUNT.match(line):
            self.counts.append(match[1])

    def _result(self, negated, number, name, directive):
        if number and int(number) != len(self.results) + 1:
            self.errors.append(f'result {number} where {len(self.results) + 1} was due')
        reason = None
        if directive and directive.upper().startswith('SKIP'):
            reason = directive[4:].strip() or 'no reason given'
        # a skipped test cannot have failed, and "to do" excuses nothing here
        self.results.append(Result(not negated, name or 'without a name', reason))

    def _check_plan(self):
        if self.plan == 0 and self.skip_all and not self.results:
            self.results.append(Result(True, 'all', self.skip_all[4:].strip()))
        elif self.plan is None:
            self.errors.append('no plan')
        elif self.plan == 0:
            self.errors.append('a plan of no test')
        elif self.plan != len(self.results):
            self.errors.append(f'{self.plan} results planned, {len(self.results)} came')

    def judge_exit(self, status):
        """A program that failed says so in TAP and in its exit status, or it is broken."""
        failed = any(not result.passed for result in self.results)
        if status < 0:
            self.errors.append(f'killed by signal {-status}')
        elif status != 0 and not failed and not self.errors:
            self.errors.append(f'exit status {status} without a failed result')
        elif status == 0 and failed:
            self.errors.append('exit status 0 in spite of a failed result')

    def count(self):
        """(passed, failed, skipped); each error counts as one failure"""
        skipped = sum(1 for r in self.results if r.passed and r.reason is not None)
        failed = sum(1 for r in self.results if not r.passed) + len(self.errors)
        passed = sum(1 for r in self.results if r.passed) - skipped
        return passed, failed, skipped
