/* One processor. */
#ifndef BP_WEB_SCHED_H
#define BP_WEB_SCHED_H

#include <stddef.h>

typedef int cpu_set_t;
#define CPU_ZERO(set) (*(set) = 0)
#define CPU_COUNT(set) (*(set))

static inline int sched_getaffinity(int process, size_t size, cpu_set_t *set) {
  (void)process, (void)size;
  *set = 1;
  return 0;
}

#endif
