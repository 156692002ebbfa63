// SPDX-License-Identifier: GPL-2.0-only
/* On a machine that is no confidential guest the module refuses, in one clear line. */
#include <sys/klog.h>

#include "device.h"

#define SYSLOG_ACTION_READ_ALL	3
#define LOG_SIZE		(1024 * 1024)

/* Lines of the kernel log that hold @text; the last of them is copied to @last */
static int log_lines(const char *text, char *last, size_t size)
{
	static char log[LOG_SIZE];
	int length = klogctl(SYSLOG_ACTION_READ_ALL, log, sizeof(log) - 1);
	char *line, *rest = log;
	int found = 0;

	log[length < 0 ? 0 : length] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		if (!strstr(line, text))
			continue;
		found++;
		snprintf(last, size, "%s", line);
	}
	return found;
}

int main(void)
{
	char last[256] = "";
	int before;

	/* the kernel's own lines about modules from outside the tree come once */
	tap_is(module_load(CVM_MODULE), -ENODEV, "the module refuses with ENODEV");
	before = log_lines("cvm: ", last, sizeof(last));
	tap_ok(strstr(last, "not a confidential guest"), "the last line says why: %s", last);
	tap_is(module_load(CVM_MODULE), -ENODEV, "it refuses again");
	tap_is(log_lines("cvm: ", last, sizeof(last)) - before, 1, "with one line");
	tap_ok(access(CVM_DEVICE, F_OK), "there is no node");
	tap_ok(access("/sys/module/cvm", F_OK), "there is no module");
	return tap_done();
}
