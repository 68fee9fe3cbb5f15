// apiops mask: a filter, standard input to standard output, masked as it streams. Knows the credentials of the
// environment.
#include <unistd.h>

#include <array>

#include "bot/command_line.h"
#include "bot/environment.h"
#include "engine/masking/gate.h"

namespace apiops {

namespace {

bool write_all(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

int filter() {
  auto environment = Environment::of_process();
  if (!environment) return fail(kBadConfiguration, environment.error().what);
  MaskingGate gate;
  for (const auto& secret : environment->secrets()) gate.add_secret(secret);
  StreamMasker masker(gate);
  std::array<char, 64 * 1024> piece{};
  while (true) {
    const ssize_t n = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (n < 0) return fail(kBadNews, "standard input can't be read.");
    if (n == 0) break;
    if (!write_all(masker.feed(std::string_view(piece.data(), static_cast<std::size_t>(n))))) return kBadNews;
  }
  return write_all(masker.finish()) ? kDone : kBadNews;
}

}  // namespace

void add_mask(CommandLine& line) {
  auto* mask =
      line.app.add_subcommand("mask", "A filter: standard input to standard output, secrets masked as it streams");
  line.run[mask] = [] { return filter(); };
}

}  // namespace apiops
