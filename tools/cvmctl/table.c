// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables, by libsmartcols. It is loaded for the first table: most runs print none, and
 * the time of a verification would be 2 % longer with it.
 */
#include <dlfcn.h>
#include <libsmartcols.h>
#include <stdlib.h>

#include "cvmctl.h"

static struct {
	typeof(scols_new_table) *new_table;
	typeof(scols_table_new_column) *new_column;
	typeof(scols_table_new_line) *new_line;
	typeof(scols_line_set_data) *set_data;
	typeof(scols_print_table) *print;
	typeof(scols_unref_table) *unref;
} scols;

struct table {
	struct libscols_table *scols;
	size_t n_columns;
};

static bool load(void)
{
	void *library = dlopen("libsmartcols.so.1", RTLD_NOW | RTLD_LOCAL);

	if (!library) {
		note("libsmartcols cannot be loaded; on Debian:  apt-get install libsmartcols1");
		return false;
	}
	scols.new_table = dlsym(library, "scols_new_table");
	scols.new_column = dlsym(library, "scols_table_new_column");
	scols.new_line = dlsym(library, "scols_table_new_line");
	scols.set_data = dlsym(library, "scols_line_set_data");
	scols.print = dlsym(library, "scols_print_table");
	scols.unref = dlsym(library, "scols_unref_table");
	return scols.new_table && scols.new_column && scols.new_line && scols.set_data &&
	       scols.print && scols.unref;
}

/* @columns ends with one that has no name. NULL when there can be no table. */
struct table *table_new(const struct table_column *columns)
{
	struct table *table;

	if (!scols.unref && !load())
		return NULL;
	table = calloc(1, sizeof(*table));
	if (!table)
		return NULL;
	table->scols = scols.new_table();
	for (; table->scols && columns->name; columns++, table->n_columns++) {
		if (!scols.new_column(table->scols, columns->name, 0,
				      columns->right ? SCOLS_FL_RIGHT : 0))
			break;
	}
	if (table->scols && !columns->name)
		return table;
	table_free(table);
	return NULL;
}

/* A text for each column; 0 or -1. */
int table_line(struct table *table, const char *const *texts)
{
	struct libscols_line *line = scols.new_line(table->scols, NULL);
	size_t i;

	for (i = 0; line && i < table->n_columns; i++)
		if (scols.set_data(line, i, texts[i]))
			return -1;
	return line ? 0 : -1;
}

int table_print(struct table *table)
{
	return scols.print(table->scols);
}

void table_free(struct table *table)
{
	if (!table)
		return;
	if (table->scols)
		scols.unref(table->scols);
	free(table);
}
