// SPDX-License-Identifier: GPL-2.0-or-later
// Programs for a 32-bit Linux whose words say nothing of the machine: in a Guest and on the bare
// one they are the same.
#pragma once

#include <optional>
#include <string>

struct LinuxProgram {
    const char *what, *typed;
};

constexpr LinuxProgram kLinuxPrograms[] = {
    {"sines, logarithms, powers",
     "awk 'BEGIN { for (i = 1; i < 3000; i++) s += sin(i) * cos(i) + exp(-i / 100) + log(i) + "
     "sqrt(i) + atan2(i, 3) + i ^ 0.3; printf \"%.15g\\n\", s }'"},
    {"the ends of floating point",
     "awk 'BEGIN { x = 1e308; y = 1e-308; printf \"%g %g %g %.17g %d\\n\", x * 10, -x * 10, "
     "y / 1e10, 2 ^ 53 + 1, 2 ^ 31 }'"},
    {"floating point in five processes",
     "for k in 1 2 3 4 5; do awk -v k=$k 'BEGIN { for (i = 1; i < 20000; i++) s += sin(i * k) / i; "
     "printf \"%d %.15g\\n\", k, s }' & done | sort"},
    {"long numbers",
     "echo '2 500 ^ 3 300 ^ + p 7 17 100 | p' | dc; factor 600851475143 4294967291"},
    {"integers of the shell", "echo $((0x7fffffffffffffff + 1)) $((-7 / 2)) $((-7 % 3)) $((1 << "
                              "40)) $((-1 >> 60)) $((5 ^ 3))"},
    {"check sums", "seq 30000 >/tmp/n; md5sum /tmp/n; sha1sum /tmp/n; sha256sum /tmp/n; sha512sum "
                   "/tmp/n; wc /tmp/n"},
    {"packed and unpacked", "for p in gzip bzip2; do $p -c /tmp/n >/tmp/p; $p -dc /tmp/p | cmp - "
                            "/tmp/n && md5sum /tmp/p; done"},
    {"text through ten programs", "sed 's/7/seven/g; /3$/d' /tmp/n | grep -v 99 | tr a-z A-Z | cut "
                                  "-c1-7 | rev | sort | uniq -c | "
                                  "sort -rn -k1,1 -k2 | head -n 500 | tac | awk '{ n[$2 % 7] += $1 "
                                  "} END { for (i = 0; i < 7; i++) "
                                  "print i, n[i] }' | expand | md5sum"},
    {"words counted",
     R"(awk '{ n[length($1) ":" substr($1, 1, 1)]++ } END { for (k in n) print k, n[k] }' /tmp/n | sort)"},
    {"a tree of files", "mkdir -p /tmp/w; cd /tmp/w; for i in 1 2 3 4; do mkdir -p a$i/b/c; seq "
                        "$((i * 100)) >a$i/b/f; ln -s "
                        "../f a$i/b/c/l; ln a$i/b/f a$i/b/h; chmod 640 a$i/b/f; done; find . | "
                        "sort; find . -type f -exec md5sum "
                        "{} + | sort; stat -c '%n %s %a %h %F' a3/b/*; readlink -f a2/b/c/l; mv a1 "
                        "z; rm -r a2; ls -R; cd /; rm "
                        "-r /tmp/w"},
    {"an archive there and back", "mkdir /tmp/w; cp /tmp/n /tmp/w/x; cp /tmp/n /tmp/w/y; tar c -C "
                                  "/tmp w | tar t; tar c -C /tmp w | tar x -C "
                                  "/tmp/w; md5sum /tmp/w/w/x; rm -r /tmp/w"},
    {"holes, ends and middles of files",
     "dd if=/tmp/n of=/tmp/h bs=7 skip=100 seek=9000 count=300 2>/dev/null; truncate -s 70001 "
     "/tmp/h; od -A d "
     "-t x1 /tmp/h | md5sum; tail -c 77 /tmp/n | od -c; hexdump -C -s 5000 -n 40 /tmp/n"},
    {"a difference, and a patch", "sed 's/55/fifty-five/' /tmp/n >/tmp/m; cp /tmp/n /tmp/o; diff "
                                  "-u /tmp/n /tmp/m | tail -n +3 >/tmp/d; md5sum "
                                  "/tmp/d; (echo --- o; echo +++ o; cat /tmp/d) | patch /tmp/o "
                                  ">/dev/null; cmp /tmp/o /tmp/m && echo same"},
    {"the same on each of four processors' worth of processes",
     "seq 200 | xargs -n 5 -P 4 sh -c 'for n in \"$@\"; do echo $((n * n)); done' x | sort -n | "
     "md5sum"},
    {"how processes end", "for s in 1 2 3 4 6 8 9 10 11 13 14 15; do sh -c \"kill -$s \\$\\$\"; "
                          "echo $s: $?; done; sh -c 'exit "
                          "77'; echo $?; /tmp/none; echo $?; timeout 1 sleep 9; echo $?"},
    {"traps and what they interrupt", "sh -c 'trap \"echo one\" USR1; trap \"echo two; exit 3\" "
                                      "TERM; kill -USR1 $$; (sleep 1; kill -TERM $$) & "
                                      "while :; do sleep 1; done'; echo $?"},
    {"children and grandchildren", "sh -c 'for i in 1 2 3 4 5 6 7 8; do (for j in 1 2 3; do (exit "
                                   "$((i * j))); echo $i $j $?; done) & done; "
                                   "wait' | sort | md5sum"},
    {"a deep recursion",
     "f() { [ $1 -eq 0 ] || { f $(($1 - 1)); n=$((n + $1)); }; }; n=0; f 900; echo $n"},
    {"a pipe with a name",
     "mkfifo /tmp/q; (seq 5000 >/tmp/q; echo written) & sort -rn /tmp/q | md5sum; wait; rm /tmp/q"},
    {"a pipe that nobody reads", "yes forever | head -n 100000 | wc; echo gone"},
    {"an environment", "env -i B=2 A=1 sh -c 'C=3 env' | grep -v PWD | sort"},
    {"dates",
     "TZ=UTC date -d @1234567890; TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d @1720000000; cal 2 2000"},
    {"letters of other alphabets",
     "head -c 300 /bin/busybox | uuencode -m x | md5sum; printf 'a\\tb\\0c\\377' | xxd"},
    {"a big file, copied in pieces", "for i in 1 2 3; do cat /bin/busybox; done >/tmp/b; "
                                     "dd if=/tmp/b of=/tmp/c bs=333333 2>/dev/null; "
                                     "cmp /tmp/b /tmp/c && sha1sum </tmp/c; rm /tmp/b /tmp/c"},
};

// So that its words are found behind the echo of what was typed.
inline std::string typedProgram(size_t number) {
    const std::string n = std::to_string(number);
    return "echo be''gun " + n + "; (" + kLinuxPrograms[number].typed + ") 2>&1; echo do''ne " + n +
           "\r";
}

inline std::string programsEnd(size_t number) {
    return "done " + std::to_string(number) + "\r";
}

inline std::optional<std::string> wordsOfProgram(size_t number, const std::string &console) {
    const std::string start = "begun " + std::to_string(number) + "\r\n";
    const auto begin = console.find(start);
    const auto end = console.find(programsEnd(number));
    if (begin == console.npos || end == console.npos)
        return std::nullopt;
    return console.substr(begin + start.size(), end - begin - start.size());
}
