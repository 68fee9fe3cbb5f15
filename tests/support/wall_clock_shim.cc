// Preloaded by a test: the wall clock stands as many seconds ahead of the real one as the file named by
// APIOPS_WALL_CLOCK says, read at each call, so that it can be put ahead and back while a process runs. The steady
// clocks stay as they are. (libfaketime moves the absolute time of steady timers as well: a timer that is due at once
// is then due in 300 days.)
#include <dlfcn.h>
#include <sys/time.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

using ClockGettime = int (*)(clockid_t, timespec*);

long ahead() {
  static const char* const kFile = std::getenv("APIOPS_WALL_CLOCK");
  std::FILE* file = kFile == nullptr ? nullptr : std::fopen(kFile, "re");
  if (file == nullptr) return 0;
  long seconds = 0;
  if (std::fscanf(file, "%ld", &seconds) != 1) seconds = 0;
  std::fclose(file);
  return seconds;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* into) noexcept {
  static const auto kReal = reinterpret_cast<ClockGettime>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = kReal(id, into);
  if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) into->tv_sec += ahead();
  return result;
}

int gettimeofday(timeval* into, void*) noexcept {
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  into->tv_sec = now.tv_sec;
  into->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* into) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (into != nullptr) *into = now.tv_sec;
  return now.tv_sec;
}
}
