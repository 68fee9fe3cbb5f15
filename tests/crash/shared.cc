#include "tests/crash/shared.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/base/crash_point.h"

namespace apiops::crash {

namespace {

constexpr useconds_t kMoment = 5'000;  // microseconds: for other threads of who is stopped

Death armed;
Shared* seen_by_all = nullptr;
int met = 0;
bool went_on = false;

}  // namespace

void arm(const Death& death, Shared& shared) {
  armed = death;
  seen_by_all = &shared;
  met = 0;
}

// No destructor, no flush, no good-bye: what a machine that loses its power leaves.
void reached(const char* point) {
  if (went_on && std::string_view(point) == "http.sent") seen_by_all->sent_late = true;
  if (armed.point != point || ++met < armed.nth) return;
  for (int i = 0; i < static_cast<int>(std::size(kPoints)); ++i)
    if (armed.point == kPoints[i]) seen_by_all->killed_at = i;
  if (armed.only_stopped) {
    ::kill(::getpid(), SIGSTOP);
    while (seen_by_all->a_moment.exchange(false)) {
      ::usleep(kMoment);
      ::kill(::getpid(), SIGSTOP);
    }
    went_on = true;  // somebody let it
    return;
  }
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

Line::~Line() { ::close(descriptor_); }

bool Line::say(const Json& what) {
  const std::string text = what.dump() + "\n";
  std::size_t done = 0;
  while (done < text.size()) {
    const auto n = ::send(descriptor_, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

Line::Heard Line::hear(Json& what, int at_most_ms) {
  for (;;) {
    if (const auto end = rest_.find('\n'); end != std::string::npos) {
      what = Json::parse(rest_.substr(0, end));
      rest_.erase(0, end + 1);
      return Heard::kLine;
    }
    pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, at_most_ms) <= 0) return Heard::kNothing;
    char part[16'384];
    const auto n = ::recv(descriptor_, part, sizeof part, 0);
    if (n <= 0) return Heard::kGone;
    rest_.append(part, static_cast<std::size_t>(n));
  }
}

}  // namespace apiops::crash
