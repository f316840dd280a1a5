#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# extract_vmlinux.sh BZIMAGE OUTPUT: the ELF kernel out of a bzImage. Started through PVH it skips
# the slowest part of a boot under emulation, unpacking itself.
set -euo pipefail

number() { od -An -v -t "u$2" -j "$1" -N "$2" "$image" | tr -d ' '; }

image=$1
# The header's fields: setup_sects, payload_offset, payload_length (Linux's x86 boot protocol).
sectors=$(number 0x1f1 1)
offset=$(((${sectors/#0/4} + 1) * 512 + $(number 0x248 4)))
length=$(number 0x24c 4)
magic=$(number "$offset" 4)
case $magic in
4247762216) unpack='zstd -dc' ;;
1481522173 | 2053730301) unpack='xz -dc --single-stream' ;;
# LZ4: unpacks itself fast enough, and QEMU starts a bzImage just as well.
407642370) exec cp "$image" "$2" ;;
*) echo "extract_vmlinux: $image is packed in a way that is not known here ($magic)" >&2 && exit 1 ;;
esac
# The last four bytes are the unpacked size, which is not for the unpacker.
head -c "$((offset + length - 4))" "$image" | tail -c "+$((offset + 1))" | $unpack >"$2.new"
mv "$2.new" "$2"
