/*
 * Runs programs, one request after the other: what linker-server.c is for linkers. A request on standard input is words
 * that end in NUL: how many follow, a folder, the file in it that takes all that is said, the program's words with its path
 * first. The answer on standard output is the status of wait(2), a line.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of processor time: a program whose walk has no end is stopped. */
enum { LIMIT_IN_SECONDS = 5 };

static char *read_word(FILE *requests) {
  char *word = NULL;
  size_t size = 0;
  return getdelim(&word, &size, '\0', requests) < 0 ? NULL : word;
}

static void run(char **words) {
  if (chdir(words[0]) != 0) _exit(127);
  int output = open(words[1], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
  int nothing = open("/dev/null", O_RDONLY);
  if (output < 0 || nothing < 0) _exit(127);
  dup2(nothing, 0);
  dup2(output, 1);
  dup2(output, 2);
  setrlimit(RLIMIT_CPU, &(struct rlimit){LIMIT_IN_SECONDS, LIMIT_IN_SECONDS});
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  execv(words[2], words + 2);
  _exit(127);
}

int main(void) {
  FILE *requests = fdopen(dup(0), "r");
  for (char *first; (first = read_word(requests)) != NULL; free(first)) {
    int expected = atoi(first);
    char **words = calloc(expected + 1, sizeof *words);
    for (int at = 0; at < expected; at++)
      if ((words[at] = read_word(requests)) == NULL) return 1;
    pid_t child = vfork();
    if (child == 0) run(words);
    int status = -1;
    waitpid(child, &status, 0);
    dprintf(1, "%d\n", status);
    for (int at = 0; at < expected; at++) free(words[at]);
    free(words);
  }
  return 0;
}
