// Named places where the crash laboratory (tests/crash) kills the process. Nothing at all in every other build: only
// the laboratory compiles the files that hold such a place with APIOPS_CRASH_LAB.
#pragma once

#ifdef APIOPS_CRASH_LAB
namespace apiops::crash {
void reached(const char* point);  // returns, or never does
}
#define APIOPS_CRASH_POINT(name) ::apiops::crash::reached(name)
#else
#define APIOPS_CRASH_POINT(name) static_cast<void>(0)
#endif
