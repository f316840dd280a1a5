// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text out.  The simplest console is no device: NOTIFY with the address of a
 * nul-terminated text in RAM makes the Launcher print it (GUEST_ABI.md, section 11).
 * After console_open() the text goes through the virtio console instead.
 */
#include "kit.h"

static char line[256];
static uint32_t used;

bool kit_console_write(const char *from, uint32_t length);

void console_flush(void) {
    uint32_t length = used;

    used = 0;
    if (!length || kit_console_write(line, length))
        return;
    line[length] = '\0';
    hypercall(LHCALL_NOTIFY, (uint32_t)line, 0, 0, 0);
}

void put_char(char c) {
    line[used++] = c;
    if (c == '\n' || used == sizeof(line) - 1)
        console_flush();
}

void put_text(const char *text) {
    while (*text)
        put_char(*text++);
}

struct sink {
    char *to; /* NULL: the console */
    uint32_t left;
};

static void out(struct sink *sink, char c) {
    if (!sink->to) {
        put_char(c);
    } else if (sink->left > 1) {
        *sink->to++ = c;
        sink->left--;
    }
}

static void out_number(struct sink *sink, uint32_t value, uint32_t base, uint32_t width) {
    char digits[12];
    uint32_t count = 0;

    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (width > count) {
        out(sink, '0');
        width--;
    }
    while (count)
        out(sink, digits[--count]);
}

static void format_to(struct sink *sink, const char *format, va_list args) {
    for (; *format; format++) {
        uint32_t width = 0;

        if (*format != '%') {
            out(sink, *format);
            continue;
        }
        format++;
        if (format[0] == '0' && format[1] == '8') {
            width = 8;
            format += 2;
        }
        switch (*format) {
        case 'c':
            out(sink, (char)va_arg(args, int));
            break;
        case 's':
            for (const char *text = va_arg(args, const char *); *text; text++)
                out(sink, *text);
            break;
        case 'd': {
            int value = va_arg(args, int);
            if (value < 0)
                out(sink, '-');
            out_number(sink, value < 0 ? 0u - (uint32_t)value : (uint32_t)value, 10, 0);
            break;
        }
        case 'u':
            out_number(sink, va_arg(args, uint32_t), 10, 0);
            break;
        case 'p':
            out(sink, '0');
            out(sink, 'x');
            out_number(sink, va_arg(args, uint32_t), 16, 8);
            break;
        case 'x':
            out_number(sink, va_arg(args, uint32_t), 16, width);
            break;
        default:
            out(sink, *format);
        }
    }
}

void print(const char *format, ...) {
    struct sink console = {0};
    va_list args;

    va_start(args, format);
    format_to(&console, format, args);
    va_end(args);
}

void kit_crash(const char *text);

void panic(const char *format, ...) {
    static char text[120];
    struct sink sink = {text, sizeof(text)};
    va_list args;

    va_start(args, format);
    format_to(&sink, format, args);
    va_end(args);
    *sink.to = '\0';
    kit_crash(text);
    __builtin_unreachable();
}
