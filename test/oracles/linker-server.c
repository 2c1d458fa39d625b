/*
 * Made into a library that is loaded before a linker (LD_PRELOAD). In place of the linker's `main` it runs that function
 * in a child process for each request, so that what a linker does before `main`, such as binding a library of a hundred
 * megabytes, is done once for thousands of links.
 *
 * A request on standard input is words that end in NUL: how many follow, a folder, the file in it that takes all that is
 * said, the linker's words with its name first. The answer on standard output is the status of wait(2), a line.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int Main(int, char **, char **);
typedef int Start(Main *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

/* Of processor time, since a machine that is busy or asleep is no reason to give up. */
enum { LIMIT_IN_SECONDS = 60 };

static Main *linker_main;

static char *read_word(FILE *requests) {
  char *word = NULL;
  size_t size = 0;
  return getdelim(&word, &size, '\0', requests) < 0 ? NULL : word;
}

static int link_once(int count, char **words, char **environment) {
  if (chdir(words[0]) != 0) return 127;
  int said = open(words[1], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
  int nothing = open("/dev/null", O_RDONLY);
  if (said < 0 || nothing < 0) return 127;
  dup2(nothing, 0);
  dup2(said, 1);
  dup2(said, 2);
  setrlimit(RLIMIT_CPU, &(struct rlimit){LIMIT_IN_SECONDS, LIMIT_IN_SECONDS});
  return linker_main(count - 2, words + 2, environment);
}

static int serve(int count, char **words, char **environment) {
  (void)count;
  (void)words;
  FILE *requests = fdopen(dup(0), "r");
  for (char *first; (first = read_word(requests)) != NULL; free(first)) {
    int expected = atoi(first);
    char **given = calloc(expected + 1, sizeof *given);
    for (int at = 0; at < expected; at++)
      if ((given[at] = read_word(requests)) == NULL) return 1;
    pid_t child = fork();
    if (child == 0) exit(link_once(expected, given, environment));
    int status = -1;
    waitpid(child, &status, 0);
    dprintf(1, "%d\n", status);
    for (int at = 0; at < expected; at++) free(given[at]);
    free(given);
  }
  return 0;
}

int __libc_start_main(Main *own, int count, char **words, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end) {
  linker_main = own;
  unsetenv("LD_PRELOAD");
  Start *start = (Start *)dlsym(RTLD_NEXT, "__libc_start_main");
  return start(serve, count, words, init, fini, loader_fini, stack_end);
}
