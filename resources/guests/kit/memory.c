// SPDX-License-Identifier: GPL-2.0-or-later
/* The few functions that a compiler takes for granted. */
#include "kit.h"

void *memcpy(void *to, const void *from, size_t count) {
    void *result = to;

    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    return result;
}

void *memset(void *to, int value, size_t count) {
    void *result = to;

    __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
    return result;
}

int memcmp(const void *a, const void *b, size_t count) {
    const uint8_t *x = a, *y = b;

    for (; count; count--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

int strcmp(const char *a, const char *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}
