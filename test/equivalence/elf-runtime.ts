/** Source that every program includes: it performs the uses in its table and reports the results. */
export const RUN_SOURCE = `
typedef struct { const char *id; int (*call)(int); } Entry;
typedef struct { long kind; void *target; void *end; const char *name; } Use;
extern const Use uses[] __attribute__((visibility("hidden")));
extern void *dlsym(void *, const char *) __attribute__((weak));
long write(int, const void *, unsigned long);
void *__dso_handle __attribute__((visibility("hidden"))) = &__dso_handle;

static char text[1 << 16];
static unsigned long length;

static void put(const char *what) {
  while (*what && length < sizeof text) text[length++] = *what++;
}
static void put_number(long value) {
  char digits[24];
  int at = sizeof digits - 1;
  unsigned long rest = value < 0 ? -(unsigned long)value : (unsigned long)value;
  digits[at] = 0;
  do digits[--at] = '0' + rest % 10; while (rest /= 10);
  if (value < 0) digits[--at] = '-';
  put(digits + at);
}
void say(const char *what, long value) { put(what); put(" "); put_number(value); put("\\n"); }

/* The priority that runs last. */
__attribute__((destructor(101))) static void flush(void) { write(1, text, length); }

static int is_same(const char *one, const char *two) {
  while (*one && *one == *two) one++, two++;
  return *one == *two;
}
static int is_repeated(const Entry *first, const Entry *entry) {
  for (; first < entry; first++) if (first->id && is_same(first->id, entry->id)) return 1;
  return 0;
}
/* The second entry of a unit that is in the link twice is not called. */
static void walk(const char *name, const Entry *entry, const Entry *end) {
  for (const Entry *first = entry; entry < end; entry++) {
    if (!entry->id || is_repeated(first, entry)) continue;
    put("="); put(name); put("."); say(entry->id, entry->call(1));
  }
}
static void list(const char *prefix, const char *name, const int *entry, long count) {
  for (; count-- > 0; entry++) { put(prefix); put(name); put("."); put_number(*entry); put("\\n"); }
}
static void call(const char *name, void *target) { say(name, target ? ((int (*)(int))target)(3) : -1); }

int run(void) {
  for (const Use *use = uses; use->kind; use++) switch (use->kind) {
    case 1: case 2: call(use->name, use->target); break;
    case 3: say(use->name, *(int *)use->target); break;
    case 4: call(use->name, dlsym ? dlsym(0, use->name) : 0); break;
    case 5: walk(use->name, use->target, use->end); break;
    case 6: list("=log.", use->name, use->target, *(int *)use->end); break;
    case 7: list("=", use->name, use->target, (int *)use->end - (int *)use->target); break;
  }
  return 0;
}
`;

export const START_SOURCE = 'int run(void);\nint main(void) { return run(); }\n';

/** Loads a shared library, runs it, and looks names up in it. */
export const DRIVER_SOURCE = `
#include <dlfcn.h>
#include <unistd.h>
int main(int count, char **words) {
  void *library = dlopen(words[1], RTLD_NOW | RTLD_GLOBAL);
  if (!library) return write(1, "not loaded\\n", 11), 3;
  int (*run)(void) = (int (*)(void))dlsym(library, "run");
  if (!run) return write(1, "no run\\n", 7), 4;
  return run();
}
`;

/** The functions of the C library that programs use, so that linkers and planner need not read all of it each time. */
export const LIBRARY_SOURCE = `
${['write', 'malloc', 'free', 'dlsym', '__cxa_atexit', '__libc_start_main', '__tls_get_addr']
  .map((name) => `void ${name}(void) {}`)
  .join('\n')}
void memcpy_old(void) {}
void memcpy_new(void) {}
__asm__(".symver memcpy_old, memcpy@GLIBC_2.2.5\\n.symver memcpy_new, memcpy@@GLIBC_2.14");
`;
export const LIBRARY_VERSIONS = `GLIBC_2.2.5 { global: write; malloc; free; __cxa_atexit; __tls_get_addr; };
GLIBC_2.3 { };
GLIBC_2.14 { };
GLIBC_2.34 { global: __libc_start_main; dlsym; };
`;
