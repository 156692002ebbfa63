// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every failure in one shape: what failed, why, and what fixes it. The texts
 * that fix things are here and nowhere else.
 */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "cvmctl.h"

/**
 * struct remedy - what helps against one kind of error
 * @code: kind of error
 * @ret: negative errno that narrows it down, or 0 for all others of that kind
 * @exit_status: of cvmctl
 * @name: code in JSON
 * @text: for people, at most 80 columns
 */
struct remedy {
	enum cvm_error_code code;
	int ret;
	enum exit_status exit_status;
	const char *name;
	const char *text;
};

/* Stands for the --help of the command the user is at. */
static const char usage_remedy[] = "cvmctl --help";

/* The first row that fits wins. */
static const struct remedy remedies[] = {
	{ CVM_ERR_USAGE, 0, EXIT_USAGE, "usage", usage_remedy },
	{ CVM_ERR_IO, 0, EXIT_FAILED, "io", NULL },
	{ CVM_ERR_NO_MODULE, 0, EXIT_NOT_HERE, "no-module",
	  "  sudo modprobe cvm\n\n"
	  "If that says \"Key was rejected by service\", Secure Boot is on and the module's\n"
	  "key is not enrolled:  sudo mokutil --import /var/lib/dkms/mok.pub  and reboot." },
	{ CVM_ERR_NO_PLATFORM, 0, EXIT_NOT_HERE, "no-platform",
	  "Offline commands still work here:  cvmctl show FILE    cvmctl verify FILE" },
	{ CVM_ERR_NO_INTERFACE, -EOPNOTSUPP, EXIT_NOT_HERE, "no-interface",
	  "  cvmctl ... --transport cvm               (keys: or sev-guest)" },
	{ CVM_ERR_NO_INTERFACE, -ENOTTY, EXIT_NOT_HERE, "no-interface",
	  "  sudo modprobe -r cvm && sudo modprobe cvm         (one of the same version)" },
	{ CVM_ERR_NO_INTERFACE, -ENXIO, EXIT_NOT_HERE, "no-interface",
	  "  cvmctl audit run               (page tables and the ledger tell the rest)" },
	{ CVM_ERR_NO_INTERFACE, 0, EXIT_NOT_HERE, "no-interface",
	  "  sudo modprobe cvm                        (/dev/cvm)\n"
	  "  sudo modprobe sev-guest                  (SNP: /dev/sev-guest, configfs-tsm)\n"
	  "  sudo modprobe tdx-guest                  (TDX: configfs-tsm)\n\n"
	  "Without --transport and --device the first interface that answers is used." },
	{ CVM_ERR_PERMISSION, -EACCES, EXIT_PERMISSION, "permission",
	  "  sudo usermod -aG cvm $USER     (then log in again), or run with sudo\n\n"
	  "The group may open /dev/cvm only; the kernel's own interfaces need root." },
	{ CVM_ERR_PERMISSION, 0, EXIT_PERMISSION, "permission",
	  "Run it as a user who may, or with sudo." },
	{ CVM_ERR_BUSY, -EBUSY, EXIT_FAILED, "busy",
	  "Use the owner:  cvmctl attest --transport sev-guest\n"
	  "or let cvm own the device:  sudo modprobe -r sev-guest cvm && sudo modprobe cvm" },
	{ CVM_ERR_BUSY, -EALREADY, EXIT_FAILED, "busy",
	  "Wait for its end, or end it:  cvmctl memory stop    cvmctl audit stop" },
	{ CVM_ERR_BUSY, 0, EXIT_FAILED, "busy",
	  "Try again in a minute. If it stays, ask the provider of the host." },
	{ CVM_ERR_FIRMWARE, -ENOKEY, EXIT_FAILED, "firmware",
	  "The key is gone until the guest restarts. Find out who disturbed the message\n"
	  "counter first:  dmesg | grep -e cvm -e sev" },
	{ CVM_ERR_FIRMWARE, -EBADMSG, EXIT_FAILED, "firmware",
	  "Ask again. A host that keeps on is broken or hostile: ask its provider." },
	{ CVM_ERR_FIRMWARE, 0, EXIT_FAILED, "firmware",
	  "On SEV-SNP check --vmpl, --tcb and --guest-svn against  cvmctl status.  The\n"
	  "kernel log may say more:  dmesg | grep -e cvm -e sev -e tdx" },
	{ CVM_ERR_EVIDENCE, 0, EXIT_MALFORMED, "evidence",
	  "Get it again in binary, as  cvmctl attest -o FILE  writes it, and check that it\n"
	  "was copied whole." },
	{ CVM_ERR_CERTIFICATE, 0, EXIT_MALFORMED, "certificate",
	  "Accepted are DER, PEM, and a host's certificate table. AMD's certificates:\n"
	  "  https://kdsintf.amd.com/vcek/v1/Milan/cert_chain        (or Genoa, Turin)" },
	{ CVM_ERR_POLICY, 0, EXIT_USAGE, "policy",
	  "cvm-policy(5) tells what may be written;  cvmctl policy new FILE  writes one." },
	{ CVM_ERR_SEAL, -ENOENT, EXIT_FAILED, "no-seal",
	  "What there is:  cvmctl seal list    lsmod" },
	{ CVM_ERR_SEAL, -ESRCH, EXIT_FAILED, "no-seal", "What there is:  ps -e" },
	{ CVM_ERR_SEAL, -ENODATA, EXIT_FAILED, "no-seal",
	  "Bytes are kept of a seal that is added with --keep. Without --exec all counts\n"
	  "that a process maps and may not write." },
	{ CVM_ERR_SEAL, -EFAULT, EXIT_FAILED, "seal",
	  "Leave such pages out of the range; what is not accepted yet becomes so by\n"
	  "  cvmctl memory accept --all --wait" },
	{ CVM_ERR_SEAL, -EACCES, EXIT_FAILED, "seal",
	  "Who shared it:  cvmctl audit run. The kernel's image is writable when the command\n"
	  "line has rodata=off: take that away." },
	{ CVM_ERR_SEAL, -EINVAL, EXIT_FAILED, "seal",
	  "Where the kernel has what:  sudo cat /proc/kallsyms    sudo cat /proc/vmallocinfo" },
	{ CVM_ERR_SEAL, -ENOSPC, EXIT_FAILED, "seal", "  cvmctl seal remove ID" },
	{ CVM_ERR_SEAL, -E2BIG, EXIT_FAILED, "seal", "Seal a part:  cvmctl seal add range A-B" },
	{ CVM_ERR_SEAL, -ESTALE, EXIT_FAILED, "seal",
	  "  cvmctl seal remove ID                    and add another" },
	{ CVM_ERR_SEAL, -EOPNOTSUPP, EXIT_NOT_HERE, "no-platform", "Why:  cvmctl audit run" },
	{ CVM_ERR_SEAL, -EPERM, EXIT_PERMISSION, "permission",
	  "Such a kernel seals no chosen range and keeps no bytes. What it does seal:\n"
	  "kernel-rodata, kernel-text, module NAME, pid PID" },
	{ CVM_ERR_SEAL, -ENXIO, EXIT_PERMISSION, "permission",
	  "  sudo sysctl kernel.kptr_restrict=1       and run this with sudo" },
	{ CVM_ERR_SEAL, 0, EXIT_FAILED, "no-seals",
	  "  cvmctl seal add kernel-rodata            (or: module NAME, pid PID, ...)" },
	{ CVM_ERR_INTERNAL, 0, EXIT_FAILED, "internal", NULL },
};

static const struct remedy *find_remedy(const struct cvm_error *err, int ret)
{
	size_t i, last = ARRAY_SIZE(remedies) - 1;

	for (i = 0; i < last; i++)
		if (remedies[i].code == err->code && (!remedies[i].ret || remedies[i].ret == ret))
			break;
	return &remedies[i];
}

int error_exit(const struct cvm_error *err)
{
	return find_remedy(err, 0)->exit_status;
}

/* The text of a remedy, which for bad usage is made for the command at hand. */
static const char *remedy_text(const struct remedy *remedy)
{
	static char text[64];

	if (remedy->text != usage_remedy)
		return remedy->text;
	snprintf(text, sizeof(text), "  cvmctl %s%s--help",
		 settings.command ? settings.command : "", settings.command ? " " : "");
	return text;
}

static const char *user_name(void)
{
	const struct passwd *user = getpwuid(geteuid());

	return user ? user->pw_name : "an unknown user";
}

static void describe(const struct cvm_error *err, char *message, size_t size)
{
	snprintf(message, size, "%s%s%s", err->what, *err->what ? ": " : "", err->why);
	if (err->code == CVM_ERR_PERMISSION && strstr(err->why, "permission denied"))
		snprintf(message + strlen(message), size - strlen(message), " (you are %s)",
			 user_name());
}

/* The "error" member of a JSON result. */
json_t *error_json(const struct cvm_error *err, int ret)
{
	const struct remedy *remedy = find_remedy(err, ret);
	char message[640];

	describe(err, message, sizeof(message));
	return json_pack("{s:s, s:o, s:s*}", "code", remedy->name, "message", json_text(message),
			 "remedy", remedy_text(remedy));
}

/* Says what failed, on stderr or as the JSON result; returns the exit status. */
int fail(const struct cvm_error *err, int ret)
{
	const struct remedy *remedy = find_remedy(err, ret);
	char message[640];
	json_t *object;

	if (settings.json) {
		object = json_result(remedy->exit_status);
		json_object_set_new(object, "error", error_json(err, ret));
		return json_print(object, remedy->exit_status);
	}
	describe(err, message, sizeof(message));
	fprintf(stderr, "cvmctl: %s\n", message);
	if (remedy->text)
		fprintf(stderr, "\n%s\n", remedy_text(remedy));
	return remedy->exit_status;
}

int fail_usage(const char *format, ...)
{
	struct cvm_error err = { .code = CVM_ERR_USAGE };
	va_list args;

	va_start(args, format);
	vsnprintf(err.why, sizeof(err.why), format, args);
	va_end(args);
	return fail(&err, -EINVAL);
}

int fail_io(const char *what, const char *path, int error)
{
	struct cvm_error err = { .code = CVM_ERR_IO };

	if (error == EACCES || error == EPERM)
		err.code = CVM_ERR_PERMISSION;
	snprintf(err.what, sizeof(err.what), "%s%s%s", what, *path ? " " : "", path);
	snprintf(err.why, sizeof(err.why), "%s", strerror(error));
	return fail(&err, 0);
}

/* Something worth knowing that is no result and no failure. */
void note(const char *format, ...)
{
	va_list args;

	if (settings.quiet)
		return;
	fputs("cvmctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
