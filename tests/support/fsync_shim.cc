// Preloaded by a test: fsync and fdatasync fail with EIO while APIOPS_FSYNC_NOW is in the environment.
#include <dlfcn.h>

#include <cerrno>
#include <cstdlib>

namespace {

bool fails() {
  if (std::getenv("APIOPS_FSYNC_NOW") == nullptr) return false;
  errno = EIO;
  return true;
}

int real(const char* name, int descriptor) {
  return reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name))(descriptor);
}

}  // namespace

extern "C" {
int fsync(int descriptor);
int fdatasync(int descriptor);
int fsync(int descriptor) { return fails() ? -1 : real("fsync", descriptor); }
int fdatasync(int descriptor) { return fails() ? -1 : real("fdatasync", descriptor); }
}
