// SPDX-License-Identifier: GPL-2.0-only

static void result_is_lost(unsigned long page)
{
	set_memory_decrypted(page, 1); /* finds */
}

static unsigned long not_taken_back(unsigned long page)
{
	if (set_memory_decrypted(page, 1)) {
		free_page(page); /* finds */
		return 0;
	}
	return page;
}

static void freed_in_spite(unsigned long page)
{
	if (set_memory_encrypted(page, 1)) {
		pr_err("cannot take a page back\n");
		free_page(page); /* finds */
		return;
	}
	free_page(page);
}

static void nobody_looks(unsigned long page)
{
	int ret;

	ret = set_memory_encrypted(page, 1);
	free_pages(page, 0); /* finds */
	pr_debug("%d\n", ret);
}

static void good(unsigned long page)
{
	int ret;

	ret = set_memory_encrypted(page, 1);
	if (ret)
		return;
	free_page(page);
}
