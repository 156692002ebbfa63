// SPDX-License-Identifier: GPL-2.0-only

static int number(struct quote_buffer *buffer)
{
	if (buffer->out_length > SIZE) /* finds */
		return -EBADMSG;
	return buffer->status ? -EIO : 0; /* finds */
}

static void bytes(struct quote_buffer *buffer, u8 *quote, u32 length)
{
	memcpy(quote, buffer->data, length); /* finds */
	memcpy(quote, channel.shared_response, length); /* finds */
}

static int compares(const u8 *wanted)
{
	if (channel.shared_response->header.size) /* finds */
		return -EBADMSG;
	return memcmp(channel.shared_certs, wanted, SIZE); /* finds */
}

static u32 good(struct quote_buffer *buffer, u8 *quote)
{
	u32 length = READ_ONCE(buffer->out_length);

	buffer->version = 1;
	memcpy(buffer->data, quote, SIZE);
	memcpy(channel.shared_request, quote, SIZE);
	cvm_shared_read(quote, buffer->data, SIZE);
	cvm_shared_read(quote, channel.shared_response, SIZE);
	return length;
}
