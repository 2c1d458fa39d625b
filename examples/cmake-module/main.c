/* The user's program: asks the wrapper something, lets the stdlib spawn a task, waits for the task.
   No headers, so that one source serves any target. */
int puts(const char *line);
unsigned ext_http_status(void);
void std_spawn(void);
unsigned rt_wait_for_event(void);

int main(void) {
  ext_http_status();
  std_spawn();
  /* Bounded: with a split runtime the wait finds no driver, and would find none for ever. */
  for (int turn = 0; turn < 1000; turn++)
    if (rt_wait_for_event() > 0) {
      puts("PASS");
      return 0;
    }
  puts("starved");
  return 1;
}
