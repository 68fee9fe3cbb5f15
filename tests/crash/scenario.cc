#include "tests/crash/scenario.h"

#include <fmt/format.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/plans/executor.h"
#include "tests/crash/judge.h"

namespace apiops::crash {

namespace fs = std::filesystem;

namespace {

constexpr int kRunsOfAFarSide = 40;  // then it begins a new story: its account grows with every purchase
constexpr auto kStandsStill = kSendWithin + std::chrono::seconds(1);  // who is stopped, by the real clock
constexpr int kMoments = 200;                                         // for a write to end
constexpr auto kTimeToSend = std::chrono::seconds(1);                 // of who goes on: far more than it needs
constexpr auto kPatience = std::chrono::minutes(3);  // of one run, on a machine that is busy with all else

using Wall = std::chrono::steady_clock;

// A run under way: the agent's present life, and what the people do next.
class Play {
 public:
  Play(const Script& script, std::uint64_t seed, std::string home, FarSide& far, const Known& known, Shared& shared)
      : script_(script), random_(seed), home_(std::move(home)), far_(far), known_(known), shared_(shared) {}
  ~Play() {
    end_life();
    end_stopped();
  }

  Verdict whole();

 private:
  void begin_life();
  void end_life();
  void end_stopped();
  void after_death();
  void after_stop();
  void go_on();
  bool hear(int at_most_ms);
  void people_act();
  bool over() const;
  Json ask_for_story();

  const Script& script_;
  SeededRandom random_;
  std::string home_;
  FarSide& far_;
  const Known& known_;
  Shared& shared_;
  Platform platform_;
  pid_t process_ = -1, stopped_ = -1;
  std::unique_ptr<Line> line_, stopped_line_;
  Wall::time_point stopped_at_{};
  std::size_t lives_ = 0;
  bool clicked_ = false, cancelled_ = false, decided_ = false;
  std::optional<Wall::time_point> kill_at_;
  Verdict verdict_;
  Json story_;
};

void Play::begin_life() {
  Life life{.home = home_, .environment = far_.environment(), .hosts = far_.hosts()};
  life.start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const bool dies = lives_ < script_.deaths.size();
  if (dies) life.death = script_.deaths[lives_];
  if (dies && life.death.point.empty()) kill_at_ = Wall::now() + std::chrono::microseconds(random_.below(60'000));
  ++lives_;
  const Born born = bear(life, known_, shared_);
  process_ = born.process;
  line_ = std::make_unique<Line>(born.line);
  platform_.deliver_all_open(*line_);
}

void Play::end_life() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
  line_.reset();
}

void Play::end_stopped() {
  if (stopped_ < 0) return;
  ::kill(stopped_, SIGKILL);
  ::waitpid(stopped_, nullptr, 0);
  stopped_ = -1;
  stopped_line_.reset();
}

// Whether another one could write to the store now: nobody stands still in the middle of a transaction.
bool takes_writes(const std::string& store) {
  sqlite3* file = nullptr;
  const bool writes = ::sqlite3_open_v2(store.c_str(), &file, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
                      ::sqlite3_exec(file, "BEGIN IMMEDIATE; ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK;
  ::sqlite3_close(file);
  return writes;
}

// It stands still and keeps its lock, so no other gets the store: the next one is let in by force. Where a thread of it
// stopped while it wrote, nobody else can (SQLite's lock is not to be forced): it gets moments to end that.
void Play::after_stop() {
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG | WUNTRACED) != process_ || !WIFSTOPPED(status)) return;
  for (int moment = 0; moment < kMoments && !takes_writes(home_ + "/store.sqlite"); ++moment) {
    shared_.a_moment = true;
    ::kill(process_, SIGCONT);
    if (::waitpid(process_, &status, WUNTRACED) != process_ || !WIFSTOPPED(status)) break;
  }
  stopped_ = std::exchange(process_, -1);
  stopped_line_ = std::move(line_);
  stopped_at_ = Wall::now();
  verdict_.killed_at.push_back(shared_.killed_at);
  fs::remove(home_ + "/store.sqlite.lock");
  begin_life();
}

// The plan is over, and it knows nothing of it: it goes on exactly where it stood.
void Play::go_on() {
  while (Wall::now() < stopped_at_ + kStandsStill) hear(50);
  ::kill(stopped_, SIGCONT);
  const auto end = Wall::now() + kTimeToSend;
  while (Wall::now() < end) hear(50);
  if (shared_.sent_late.exchange(false))
    verdict_.faults.push_back("who was suspended sent its order, although another one had taken over");
  end_stopped();
}

// What it had sent is taken by the far side before the next life begins: no byte is lost by the kill itself.
void Play::after_death() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  line_.reset();
  kill_at_.reset();
  if (WIFEXITED(status))
    verdict_.faults.push_back(fmt::format("the agent ended by itself with {}", WEXITSTATUS(status)));
  if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)  // nobody here sends another
    verdict_.faults.push_back(fmt::format("the agent died of a fault of its own: {}", ::strsignal(WTERMSIG(status))));
  verdict_.killed_at.push_back(shared_.killed_at);
  if (!script_.after_death.empty()) far_.trouble(script_.after_death);
  far_.drain();
}

bool Play::hear(int at_most_ms) {
  Json what;
  switch (line_->hear(what, at_most_ms)) {
    case Line::Heard::kGone:
      after_death();
      begin_life();
      return true;
    case Line::Heard::kNothing:
      return false;
    case Line::Heard::kLine:
      if (what.contains("report")) story_ = what;
      platform_.take(what, *line_);
      return true;
  }
  return false;
}

void Play::people_act() {
  const Message* card = platform_.card();
  if (!card) return;
  if (const auto approve = platform_.tokens("Approve"); !clicked_ && !approve.empty()) {
    clicked_ = true;
    if (!script_.trouble.empty()) far_.trouble(script_.trouble);
    const std::string key = platform_.click("ben", *card, approve.front());
    if (script_.double_click) platform_.click("ben", *card, approve.front());
    if (script_.second_person) platform_.click("chris", *card, approve.front());
    if (script_.redelivered) platform_.deliver_again(key);
  }
  if (script_.cancel && !cancelled_)
    for (const char* label : {"Cancel the rest", "Cancel"})
      for (const auto& token : platform_.tokens(label)) cancelled_ = true, platform_.click("ana", *card, token);
  if (script_.decide_unknown && !decided_)
    for (const auto& token : platform_.tokens("Not done: drop it"))
      decided_ = true, far_.trouble({}), platform_.click("ben", *card, token);
  platform_.deliver_new(*line_);
}

// The plan's end is told, or the agent has handed it to a person.
bool Play::over() const {
  if (!platform_.tokens("It was done").empty()) return !script_.decide_unknown;
  return is_last_word(platform_.aside());
}

Json Play::ask_for_story() {
  const auto end = Wall::now() + kPatience;
  story_ = Json();
  line_->say({{"report", 1}});
  while (story_.is_null() && Wall::now() < end) {
    const std::size_t life = lives_;
    hear(50);
    if (lives_ != life) line_->say({{"report", 1}});
  }
  return story_;
}

Verdict Play::whole() {
  const std::size_t before = far_.effects_so_far();
  platform_.say("ana", script_.ask);
  begin_life();
  const auto end = Wall::now() + kPatience;
  while (!over() && Wall::now() < end) {
    people_act();
    if (kill_at_ && Wall::now() >= *kill_at_) ::kill(process_, SIGKILL), kill_at_.reset();
    hear(kill_at_ ? 1 : 20);
    if (script_.goes_on && stopped_ < 0) after_stop();
  }
  if (!over())
    verdict_.faults.push_back(
        fmt::format("stuck: the card says “{}”; posted: {}", platform_.aside(), platform_.titles()));
  if (stopped_ >= 0) go_on();
  // What is on its way (an answer to the second click) arrives; the story is the agent's last word.
  while (hear(3)) people_act();
  verdict_.story = ask_for_story();
  while (hear(1)) {
  }
  far_.drain();
  judge(verdict_, platform_, far_.effects(before));
  far_.trouble({});
  return std::move(verdict_);
}

}  // namespace

Script script_of(Random& random) {
  static const std::vector<std::string> kAsks = {
      "buy a phone number in 415 with sms", "buy 2 phone numbers in 415 with sms", "buy 3 phone numbers in 646",
      "point +14155550101's voice webhook at https://voice.example.com/twilio?v={}", "refund {} dollars of {}"};
  Script script;
  script.ask = kAsks[random.below(kAsks.size())];
  const auto deaths = random.below(8) == 0 ? 0 : 1 + random.below(3);
  for (std::uint64_t i = 0; i < deaths; ++i) {
    if (random.below(4) == 0)
      script.deaths.push_back({});
    else
      script.deaths.push_back({kPoints[random.below(std::size(kPoints))], 1 + static_cast<int>(random.below(3))});
  }
  static const std::vector<std::pair<const char*, long long>> kTrouble = {
      {"lost_reply", 0}, {"drop", 0}, {"latency", 15}, {"500", 0}, {"503", 0}, {"429", 1}, {"cut", 30}};
  if (random.below(3) == 0) {
    const auto& [kind, value] = kTrouble[random.below(kTrouble.size())];
    script.trouble = {{"kind", kind}, {"value", value}, {"path_regex", "^POST"}, {"count", 1 + random.below(2)}};
  }
  script.double_click = random.below(3) == 0;
  script.second_person = random.below(4) == 0;
  script.redelivered = random.below(3) == 0;
  script.cancel = random.below(8) == 0;
  script.decide_unknown = true;
  return script;
}

Laboratory::Laboratory(std::string folder, Known known) : folder_(std::move(folder)), known_(known) {
  void* page = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::bad_alloc();
  shared_ = new (page) Shared;
}

Verdict Laboratory::play(const Script& script, std::uint64_t seed) {
  if (runs_++ % kRunsOfAFarSide == 0) {
    far_.reset();
    shared_->under_way = 0;
    const std::string ledger = folder_ + "/ledger.jsonl";
    fs::remove(ledger);
    far_ = std::make_unique<FarSide>(ledger, *shared_);
  }
  const std::string home = fmt::format("{}/run-{}", folder_, seed);
  fs::create_directories(home);
  Script exact = script;
  // Each run changes something else, so that "as it is already" is no answer.
  if (exact.ask.find("{}") != std::string::npos && exact.ask.starts_with("point"))
    exact.ask = fmt::format(fmt::runtime(exact.ask), seed);
  if (exact.ask.starts_with("refund"))
    exact.ask = fmt::format(fmt::runtime(exact.ask), 1 + seed % 3, far_->charge(static_cast<std::size_t>(runs_)));
  Verdict verdict = Play(exact, seed, home, *far_, known_, *shared_).whole();
  if (verdict.faults.empty()) fs::remove_all(home);
  return verdict;
}

}  // namespace apiops::crash
