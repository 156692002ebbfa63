// SPDX-License-Identifier: GPL-2.0-only
// Memory that the host can write is looked at once: READ_ONCE() for a number,
// cvm_shared_read() for more. Which memory that is, tell the type quote_buffer and the
// names that begin with shared_.

@once@
struct quote_buffer *buffer;
identifier member;
position p;
@@
READ_ONCE(buffer->member@p)

@written@
struct quote_buffer *buffer;
identifier member;
expression value;
position p;
@@
(
buffer->member@p = value
|
WRITE_ONCE(buffer->member@p, value)
|
memcpy(buffer->member@p, ...)
|
memset(buffer->member@p, ...)
|
cvm_shared_read(..., buffer->member@p, ...)
)

@@
struct quote_buffer *buffer;
identifier member;
position p != { once.p, written.p };
@@
*buffer->member@p

@@
expression owner, to, with;
identifier shared =~ "^shared_";
identifier member;
@@
(
*owner.shared->member
|
*memcpy(to, owner.shared, ...)
|
*memcmp(with, owner.shared, ...)
|
*memcmp(owner.shared, ...)
|
*kmemdup(owner.shared, ...)
)
