// SPDX-License-Identifier: GPL-2.0-only
// User memory that is read twice: between the two looks it can change. A structure whose
// size was read before it is fine when the size that was read is put back.

@exists@
expression user;
expression value;
@@
(
copy_from_user(..., user, ...)
|
get_user(..., user)
|
get_user(..., &user->size)
)
... when != user = value
    when != user++
    when != user += value
(
*copy_from_user(..., user, ...)
|
*memdup_user(user, ...)
|
*get_user(..., user)
)

@put_back@
expression argument, length, ret, user;
position p;
@@
ret = copy_struct_from_user@p(argument, ..., user, length);
argument->size = length;

@exists@
expression user;
position p != put_back.p;
@@
get_user(..., user)
... when any
*copy_struct_from_user@p(..., user, ...)
