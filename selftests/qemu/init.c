// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of a test guest: mount, load modules, run one command, report, power off.
 *
 * The runner (guest) speaks through the initramfs and listens on named virtio ports:
 *
 *   /etc/guest/command	the command's words, each ended by a zero byte
 *   /etc/guest/channels	paths of modules that the ports need, one a line, in order
 *   /etc/guest/modules	the same for modules that the command wants
 *   /etc/guest/files	present if the runner wants /out back
 *
 *   org.cvm.out	standard output and error of the command, in order
 *   org.cvm.files	tar archive of /out
 *   org.cvm.result	"init UPTIME", "exit STATUS", "taint MASK" and, last, "end"
 *
 * "end" is the positive token: it is written only when everything before it was.
 * A guest that stops in any other way has not passed, whatever it printed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMMAND_FILE	"/etc/guest/command"
#define CHANNELS_FILE	"/etc/guest/channels"
#define MODULES_FILE	"/etc/guest/modules"
#define FILES_FLAG	"/etc/guest/files"
#define COMMAND_MAX	65536		/* bytes of the command's words */
#define WORDS_MAX	1024
#define PORT_WAIT_MS	20000		/* for a port to appear, under emulation */
#define SYSLOG_ACTION_CONSOLE_LEVEL	8

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static int result_port = -1;

/* ---- the end ---- */

_Noreturn static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	/* A kernel that cannot power off: the runner's time limit ends it. */
	for (;;)
		pause();
}

/*
 * Without "end" on the result port the runner counts this as a failure. The message
 * takes write(2) because dprintf(3) seeks, which the kernel's log refuses; and without
 * a newline the kernel would wait for more of the line.
 */
_Noreturn static void die(const char *format, ...)
{
	int kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	char message[512] = "<3>init: ";
	size_t used = strlen(message);
	va_list args;

	va_start(args, format);
	vsnprintf(message + used, sizeof(message) - used - 1, format, args);
	va_end(args);
	memcpy(message + strlen(message), "\n", 2);
	if (kmsg >= 0)
		(void)!write(kmsg, message, strlen(message));
	power_off();
}

static void write_all(int fd, const char *data, ssize_t length)
{
	ssize_t written;

	for (; length > 0; data += written, length -= written) {
		written = write(fd, data, length);
		if (written < 0)
			die("cannot write to a port: %s", strerror(errno));
	}
}

static void report(const char *format, ...)
{
	char line[64];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	write_all(result_port, line, strlen(line));
}

/* ---- file systems ---- */

static const struct {
	const char *type, *target, *options;
	bool wanted;		/* by init itself */
} mounts[] = {
	{ "proc",	"/proc",		NULL,		true },
	{ "sysfs",	"/sys",			NULL,		true },
	{ "devtmpfs",	"/dev",			NULL,		true },
	{ "devpts",	"/dev/pts",		"ptmxmode=666",	false },
	{ "tmpfs",	"/dev/shm",		"mode=1777",	false },
	{ "tmpfs",	"/run",			"mode=755",	false },
	{ "tmpfs",	"/tmp",			"mode=1777",	false },
	{ "debugfs",	"/sys/kernel/debug",	NULL,		false },
	{ "tracefs",	"/sys/kernel/tracing",	NULL,		false },
	{ "securityfs",	"/sys/kernel/security",	NULL,		false },
};

static void mount_all(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].target, 0755);
		if (!mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, mounts[i].options))
			continue;
		if (mounts[i].wanted)
			die("cannot mount %s: %s", mounts[i].target, strerror(errno));
	}
}

/*
 * The folder appears with the module, and mounting would load it: what is in the
 * kernel is up to the runner's --module.
 */
static void mount_configfs(void)
{
	if (!access("/sys/kernel/config", F_OK))
		mount("configfs", "/sys/kernel/config", "configfs", 0, NULL);
}

/* First line of a small file, without its end */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool got = file && fgets(line, size, file);

	if (file)
		fclose(file);
	if (got)
		line[strcspn(line, "\n ")] = '\0';
	return got;
}

/* ---- modules ---- */

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		die("cannot load %s: %s", path, strerror(errno));
	close(fd);
}

static void load_modules(const char *file)
{
	FILE *list = fopen(file, "re");
	char path[512];

	if (!list)
		return;
	while (fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		load_module(path);
	}
	fclose(list);
}

/* ---- ports ---- */

static bool find_port(const char *wanted, char *device, size_t size)
{
	char path[300], name[64];
	struct dirent *entry;
	DIR *ports;
	bool found = false;

	ports = opendir("/sys/class/virtio-ports");
	if (!ports)
		return false;
	while (!found && (entry = readdir(ports))) {
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		found = read_line(path, name, sizeof(name)) && !strcmp(name, wanted);
		if (found)
			snprintf(device, size, "/dev/%s", entry->d_name);
	}
	closedir(ports);
	return found;
}

/* The device announces its ports one by one, some time after its driver has started. */
static int open_port(const char *name)
{
	char device[300];
	int waited, fd;

	for (waited = 0; waited < PORT_WAIT_MS; waited += 5) {
		if (find_port(name, device, sizeof(device))) {
			fd = open(device, O_WRONLY | O_CLOEXEC);
			if (fd >= 0)
				return fd;
		}
		usleep(5000);
	}
	die("no virtio port %s", name);
}

/* ---- the command ---- */

static void read_command(char **words)
{
	static char text[COMMAND_MAX + 1];
	int fd = open(COMMAND_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, COMMAND_MAX);
	size_t count = 0;
	char *word;

	if (length <= 0)
		die("no command in %s", COMMAND_FILE);
	close(fd);
	for (word = text; word < text + length && count < WORDS_MAX; word += strlen(word) + 1)
		words[count++] = word;
	words[count] = NULL;
}

_Noreturn static void become_command(char **words, int out)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execvp(words[0], words);
	dprintf(STDERR_FILENO, "init: cannot run %s: %s\n", words[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Copies what is there now. A child that outlives the command may keep the pipe open. */
static void copy_output(int from, int to)
{
	static char data[16384];
	ssize_t length;

	while ((length = read(from, data, sizeof(data))) > 0)
		write_all(to, data, length);
}

/* Reaps all children; true when the command is among them. */
static bool reap(pid_t command, int *status)
{
	bool ended = false;
	int child_status;
	pid_t child;

	while ((child = waitpid(-1, &child_status, WNOHANG)) > 0) {
		if (child != command)
			continue;
		*status = child_status;
		ended = true;
	}
	return ended;
}

/* The status as a shell gives it: 128 + N for a death by signal N */
static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run_command(char **words, int out_port)
{
	struct signalfd_siginfo signals[8];
	struct pollfd ready[2];
	sigset_t children;
	int output[2];
	int status = 0;
	pid_t command;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	if (pipe2(output, O_CLOEXEC))
		die("pipe: %s", strerror(errno));

	command = fork();
	if (command < 0)
		die("fork: %s", strerror(errno));
	if (!command)
		become_command(words, output[1]);

	/* Our own end stays open, so that the pipe never reports an end while we wait. */
	fcntl(output[0], F_SETFL, O_NONBLOCK);
	ready[0] = (struct pollfd){ .fd = output[0], .events = POLLIN };
	ready[1] = (struct pollfd){ .events = POLLIN };
	ready[1].fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	do {
		poll(ready, 2, -1);
		copy_output(output[0], out_port);
		(void)!read(ready[1].fd, signals, sizeof(signals));
	} while (!reap(command, &status));
	copy_output(output[0], out_port);
	return exit_status(status);
}

/* One of our own steps, with standard output to a descriptor */
static void run_busybox(const char * const *words, int out)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		die("fork: %s", strerror(errno));
	if (!child) {
		dup2(out, STDOUT_FILENO);
		execv("/bin/busybox", (char **)words);
		_exit(127);
	}
	while (waitpid(child, &status, 0) != child)
		;
	if (status)
		die("busybox %s failed with status %d", words[0], exit_status(status));
}

/* ---- files back to the host ---- */

static void send_files(void)
{
	static const char * const tar[] = { "tar", "-C", "/out", "-cf", "-", ".", NULL };
	int port = open_port("org.cvm.files");

	run_busybox(tar, port);
	close(port);
}

/* ---- what the command finds ---- */

/* Some kernels start us without a console: nothing of ours may become descriptor 0 to 2. */
static void open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd < STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static void set_environment(void)
{
	clearenv();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("TERM", "dumb", 1);
	mkdir("/root", 0700);
	mkdir("/out", 0755);
	if (chdir("/"))
		die("chdir: %s", strerror(errno));
}

int main(void)
{
	static const char * const install_links[] = { "busybox", "--install", "-s", NULL };
	static char *words[WORDS_MAX + 1];
	char uptime[32] = "0", taint[32] = "unknown";
	int out_port, status;

	mount_all();
	open_standard();
	read_line("/proc/uptime", uptime, sizeof(uptime));
	load_modules(CHANNELS_FILE);
	result_port = open_port("org.cvm.result");
	report("init %s\n", uptime);

	out_port = open_port("org.cvm.out");
	/* From here on warnings and notes of the kernel belong into the console log. */
	klogctl(SYSLOG_ACTION_CONSOLE_LEVEL, NULL, 7);
	set_environment();
	/* first, for a module may make the kernel call modprobe */
	run_busybox(install_links, STDOUT_FILENO);
	load_modules(MODULES_FILE);
	mount_configfs();
	read_command(words);
	status = run_command(words, out_port);
	close(out_port);

	if (!access(FILES_FLAG, F_OK))
		send_files();
	report("exit %d\n", status);
	read_line("/proc/sys/kernel/tainted", taint, sizeof(taint));
	report("taint %s\n", taint);
	report("end\n");
	close(result_port);
	power_off();
}
