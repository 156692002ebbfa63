// SPDX-License-Identifier: GPL-2.0-only
// A page whose conversion failed, or that was not converted back, may be the host's: it is
// leaked, never freed. And nobody may miss that a conversion failed.

@@
@@
(
*set_memory_decrypted(...);
|
*set_memory_encrypted(...);
)

@back_at_once@
expression page;
position p;
@@
(
set_memory_decrypted@p(page, ...) || set_memory_encrypted(page, ...)
|
set_memory_decrypted@p(page, ...) ?: set_memory_encrypted(page, ...)
)

@exists@
expression page;
position p != back_at_once.p;
@@
set_memory_decrypted@p(page, ...)
... when != set_memory_encrypted(page, ...)
(
*free_page(page)
|
*free_pages(page, ...)
)

@exists@
expression page;
@@
if (set_memory_encrypted(page, ...)) {
	...
(
*	free_page(page);
|
*	free_pages(page, ...);
)
	...
}

@exists@
expression page, pages;
identifier ret;
@@
ret = set_memory_encrypted(page, pages);
... when != ret
(
*free_page(page)
|
*free_pages(page, ...)
)
