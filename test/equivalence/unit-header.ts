/** Begins every source of C and C++. */
export const HEADER = `typedef struct { const char *id; int (*call)(int); } Entry;
void say(const char *what, long value);
int __cxa_atexit(void (*function)(void *), void *data, void *handle);
extern void *__dso_handle __attribute__((visibility("hidden")));
void *malloc(unsigned long);
void free(void *);
#ifdef __APPLE__
#define REGISTRY(n) "__DATA,registry" #n
#define TABLE "__DATA,table"
#elif defined(_WIN32)
#define REGISTRY(n) "reg" #n
#define TABLE ".table"
#else
#define REGISTRY(n) "registry" #n
#define TABLE ".table"
#endif
#ifdef OTHER
#define VALUE 1000
#else
#define VALUE 0
#endif
#ifndef RESIZED
#define RESIZED 0
#endif
#ifdef __USER_LABEL_PREFIX__
#define LABEL_(prefix, name) LABEL__(prefix, name)
#define LABEL__(prefix, name) #prefix name
#define LABEL(name) __asm__(LABEL_(__USER_LABEL_PREFIX__, name))
#endif
`;
