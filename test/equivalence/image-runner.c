/*
 * Runs an image of another system on this machine: maps its segments where they were linked to, calls its constructors in the order
 * in which that system would, then what the program uses, and prints what it said. The image imports nothing.
 *
 * Arguments: the file; `ms` or `sysv`; then words of a kind, a colon and numbers or names:
 *   map:OFFSET:SIZE:ADDRESS:MEMORY   a segment          start:ADDRESS        a constructor
 *   say:ADDRESS:ADDRESS              text and its length
 *   call:ADDRESS:NAME                a function          state:ADDRESS:NAME   an int
 *   log:ADDRESS:ADDRESS:NAME         entries and count   set:ADDRESS:SIZE:NAME   a registry
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef int (*SysvCall)(int);
typedef int (__attribute__((ms_abi)) *MsCall)(int);
typedef struct { const char *id; void *call; } Entry;

static int is_ms;
static const char *said;
static const int *said_length;

static int call(uint64_t address, int argument) {
  return is_ms ? ((MsCall)address)(argument) : ((SysvCall)address)(argument);
}

static void map(int file, const uint64_t *number) {
  uint64_t first = number[2] & ~4095ull, end = (number[2] + number[3] + 4095) & ~4095ull;
  /* Sections of a PE image may share a page. */
  if (mmap((void *)first, end - first, PROT_READ | PROT_WRITE | PROT_EXEC,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED)
    exit(4);
  if (pread(file, (void *)number[2], number[1], number[0]) != (ssize_t)number[1]) exit(5);
}

static void walk(const char *name, uint64_t address, uint64_t size) {
  Entry *first = (Entry *)address, *end = (Entry *)(address + size);
  for (Entry *entry = first; entry < end; entry++) {
    int is_repeated = !entry->id;
    for (Entry *other = first; other < entry && !is_repeated; other++)
      is_repeated = other->id && strcmp(other->id, entry->id) == 0;
    if (!is_repeated) printf("=%s.%s %d\n", name, entry->id, call((uint64_t)entry->call, 1));
  }
}

int main(int count, char **words) {
  int file = open(words[1], O_RDONLY);
  if (file < 0) return 3;
  is_ms = strcmp(words[2], "ms") == 0;
  for (int at = 3; at < count; at++) {
    uint64_t number[4] = {0};
    char *rest = strchr(words[at], ':') + 1;
    int known = 0;
    for (char *end; known < 4 && *rest; known++) {
      number[known] = strtoull(rest, &end, 0);
      if (end == rest) break;
      rest = *end == ':' ? end + 1 : end;
    }
    switch (words[at][0] == 's' ? words[at][2] : words[at][0]) {
      case 'm': map(file, number); break;
      case 'a': /* start, state */
        if (words[at][3] == 'r') call(number[0], 0);
        else printf("%s %d\n", rest, *(int *)number[0]);
        break;
      case 'y': said = (const char *)number[0]; said_length = (const int *)number[1]; break;
      case 'c': printf("%s %d\n", rest, call(number[0], 3)); break;
      case 'l':
        for (int entry = 0; entry < *(int *)number[1]; entry++)
          printf("=log.%s.%d\n", rest, ((int *)number[0])[entry]);
        break;
      case 't': walk(rest, number[0], number[1]); break;
    }
    fflush(stdout);
  }
  if (said) printf("%.*s", *said_length, said);
  return 0;
}
