// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many files: those of a folder, by name, or those that a list names, one a line. A list
 * is read as it is used. Of a folder's names only the bytes are kept.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cvmctl.h"

/**
 * struct list - where the next name comes from
 * @file: of a list of names, else NULL
 * @folder: path of a folder
 * @names: of its files, each with its NUL, one behind the other
 * @len: bytes at @names
 * @order: where each name begins, sorted
 * @n: how many
 * @next: next of them
 */
struct list {
	FILE *file;
	const char *folder;
	char *names;
	size_t len;
	uint32_t *order;
	size_t n;
	size_t next;
};

static int add_name(struct list *list, const char *name)
{
	size_t size = strlen(name) + 1;
	char *names = list->names;
	uint32_t *order = list->order;

	/* room grows by doubling, whenever a power of two is full */
	if (!(list->n & (list->n - 1))) {
		order = realloc(order, (list->n ? 2 * list->n : 1) * sizeof(*order));
		if (!order)
			return -ENOMEM;
		list->order = order;
	}
	if (list->len + size > UINT32_MAX)
		return -EFBIG;
	if (list->len / 65536 != (list->len + size) / 65536 || !names) {
		names = realloc(names, ((list->len + size) / 65536 + 1) * 65536);
		if (!names)
			return -ENOMEM;
		list->names = names;
	}
	memcpy(names + list->len, name, size);
	order[list->n++] = list->len;
	list->len += size;
	return 0;
}

static int compare(const void *a, const void *b, void *names)
{
	return strcmp((char *)names + *(const uint32_t *)a, (char *)names + *(const uint32_t *)b);
}

static bool is_file(int folder, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_name[0] == '.')
		return false;
	if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
		return entry->d_type == DT_REG;
	return !fstatat(folder, entry->d_name, &status, 0) && S_ISREG(status.st_mode);
}

static int read_folder(struct list *list, const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	int ret = 0;

	if (!folder)
		return -errno;
	while (!ret && (entry = readdir(folder)))
		if (is_file(dirfd(folder), entry))
			ret = add_name(list, entry->d_name);
	closedir(folder);
	if (list->n)
		qsort_r(list->order, list->n, sizeof(*list->order), compare, list->names);
	list->folder = path;
	return ret;
}

static int open_file(struct list *list, const char *path)
{
	list->file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	return list->file ? 0 : -errno;
}

/* Returns 0 or a negative errno. */
int list_open(const char *path, struct list **list)
{
	struct stat status;
	int ret;

	*list = calloc(1, sizeof(**list));
	if (!*list)
		return -ENOMEM;
	if (strcmp(path, "-") && !stat(path, &status) && S_ISDIR(status.st_mode))
		ret = read_folder(*list, path);
	else
		ret = open_file(*list, path);
	if (!ret)
		return 0;
	list_close(*list);
	*list = NULL;
	return ret;
}

static char *next_of_folder(struct list *list)
{
	char *path;

	if (list->next == list->n)
		return NULL;
	if (asprintf(&path, "%s/%s", list->folder, list->names + list->order[list->next++]) < 0)
		return NULL;
	return path;
}

/* Empty lines and those that begin with # are none */
static char *next_of_file(struct list *list)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, list->file)) >= 0) {
		while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		if (len && line[0] != '#')
			return line;
	}
	free(line);
	return NULL;
}

/* The next name, for free(); NULL at the end. */
char *list_next(struct list *list)
{
	return list->file ? next_of_file(list) : next_of_folder(list);
}

void list_close(struct list *list)
{
	if (!list)
		return;
	if (list->file && list->file != stdin)
		fclose(list->file);
	free(list->names);
	free(list->order);
	free(list);
}
