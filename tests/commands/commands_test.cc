// The real binary, one command line after the other: its exit code, and what it says on which stream.
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace {

struct Ran {
  int code = -1;
  std::string out, err;
};

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// A home of its own, and none of the caller's credentials.
struct Bench {
  Bench() : home(std::filesystem::temp_directory_path() / ("apiops-commands-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(home);
    std::ofstream(home / "bad.yaml") << "people:\n  - id: ana\n    nmae: Ana\n";
    std::ofstream(home / "list.yaml") << "just a line\n";
  }
  ~Bench() { std::filesystem::remove_all(home); }

  Ran run(const std::string& arguments) const {
    const std::string command = "cd " + home.string() + " && env -i HOME=" + home.string() + " PATH=/usr/bin:/bin '" +
                                BINARY_DIR "/bin/apiops' " + arguments + " >out 2>err </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(home / "out"), text_of(home / "err")};
  }
  std::filesystem::path home;
};

const Bench& bench() {
  static const Bench kBench;
  return kBench;
}

struct Line {
  const char* arguments;
  int code;
  const char* out;  // is somewhere in what it prints; null: it prints nothing there
  const char* err;
};
std::ostream& operator<<(std::ostream& to, const Line& line) { return to << "apiops " << line.arguments; }

const std::vector<Line> kLines{
    // Help and version
    {"--help", 0, "ask", nullptr},
    {"--version", 0, "0.", nullptr},
    {"", 2, nullptr, "Usage: apiops"},
    {"demo --help", 0, "--port", nullptr},
    {"run --help", 0, "--config FILE", nullptr},
    {"chat --help", 0, "terminal", nullptr},
    {"ask --help", 0, "--all", nullptr},
    {"plans --help", 0, "approve", nullptr},
    {"plans approve --help", 0, "PLAN", nullptr},
    {"doctor --help", 0, "Every command takes", nullptr},
    {"rules --help", 0, "match", nullptr},
    {"errors explain --help", 0, "30007", nullptr},
    {"mask --help", 0, "Usage", nullptr},
    {"check-url --help", 0, "--resolve", nullptr},
    {"audit --help", 0, "verify", nullptr},
    {"sandbox --help", 0, "--env-file", nullptr},
    {"config --help", 0, "schema", nullptr},
    {"manifest --help", 0, "slack", nullptr},
    // A mistake, and the nearest right word
    {"aks hello", 2, nullptr, "unknown command “aks” (did you mean “ask”?)"},
    {"frobnicate", 2, nullptr, "`apiops --help` lists what there is"},
    {"plans lst", 2, nullptr, "unknown command “lst” (did you mean “list”?)"},
    {"manifest slac", 2, nullptr, "(did you mean “slack”?)"},
    {"demo --prot 1", 2, nullptr, "unknown option “--prot” (did you mean “--port”?)"},
    {"--prot 1 demo", 2, nullptr, "(did you mean “--port”?)"},
    {"ask --demoo hello", 2, nullptr, "(did you mean “--demo”?)"},
    {"config init extra", 2, nullptr, "unknown argument “extra”. `apiops config init --help`"},
    {"errors explain twilo 30007", 2, nullptr, "unknown service “twilo” (did you mean “twilio”?)"},
    {"sandbox stirpe", 2, nullptr, "(did you mean “stripe”?)"},
    // What is missing, and values out of bounds
    {"ask", 2, nullptr, "TEXT is required"},
    {"ask --demo ' '", 2, nullptr, "nothing was asked"},
    {"plans show", 2, nullptr, "PLAN is required"},
    {"plans show abc", 2, nullptr, "a whole number from 1 to 999999999 is expected, not “abc”"},
    {"plans approve 0", 2, nullptr, "not “0”"},
    {"demo --port 70000", 2, nullptr, "a whole number from 0 to 65535 is expected, not “70000”"},
    {"demo --port http", 2, nullptr, "not “http”"},
    {"demo --listen nowhere", 2, nullptr, "--listen"},
    {"check-url --resolve example.com https://example.com", 2, nullptr, "HOST=ADDRESS"},
    {"ask --as ana hello", 2, nullptr, "--as works with --demo only"},
    {"ask --demo --as zoe hello", 2, nullptr, "there are ana, ben, chris"},
    {"plans", 0, "No plan is open", nullptr},
    {"errors", 2, nullptr, "Usage: apiops errors"},
    // Bad configuration
    {"run --config nowhere.yaml", 78, nullptr, "nowhere.yaml"},
    {"config check bad.yaml", 78, nullptr, "bad.yaml:3"},
    {"config check list.yaml", 78, nullptr, "list.yaml:1"},
    {"config check bad.yaml --json", 78, "\"valid\":false", nullptr},
    {"ask --home /proc/nowhere hello", 78, nullptr, "Name another one with --home"},
    // Answers
    {"errors explain twilio 30007", 0, "Message filtered", nullptr},
    {"errors explain twilio 30007 --json", 0, "\"category\":\"spam_blocked\"", nullptr},
    {"errors explain stripe no_such_code", 1, nullptr, "does not know the code"},
    {"rules match --json 'why are calls failing'", 0, "\"intent\":\"failures.diagnose\"", nullptr},
    {"rules test", 0, " 0 faults", nullptr},
    {"check-url http://169.254.169.254/", 1, "deny", nullptr},
    {"check-url --json https://example.com --resolve example.com=93.184.215.14", 0, "\"verdict\":\"allow\"", nullptr},
    {"config init", 0, "people", nullptr},
    {"config schema", 0, "$schema", nullptr},
    {"manifest slack", 0, "scopes", nullptr},
    {"doctor --demo --json", 0, "\"passed\":true", nullptr},
    {"doctor", 1, "✗", nullptr},
    {"ask --demo --json 'what does 30007 mean'", 0, "Message filtered", nullptr},
    {"ask --demo 'buy a phone number in 415 with sms'", 0, "Plan 1", nullptr},
    {"plans list --demo --json", 0, "\"asked_by\":\"ana\"", nullptr},
    {"plans approve --demo --as ana 1", 1, "someone else has to approve it", nullptr},
    {"plans approve --demo --as ben 1", 0, "PN", nullptr},
    {"plans approve --demo --as chris 1", 1, "already approved by Ben", nullptr},
    {"plans show --demo 99", 1, nullptr, "There is no plan 99"},
    {"audit verify --demo", 0, "nothing is missing", nullptr},
    {"audit search --demo no-such-words", 1, nullptr, "no record of that"},
    {"audit export --demo --json", 0, "\"action_taken\":\"twilio.number.buy\"", nullptr},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(commands)

// In this order: the later lines work in the demo's home that the earlier ones left.
BOOST_DATA_TEST_CASE(each_command_line_ends_as_it_should, boost::unit_test::data::make(kLines), line) {
  const Ran ran = bench().run(line.arguments);
  BOOST_TEST(ran.code == line.code, ran.code << "\n" << ran.out << ran.err);
  BOOST_TEST((line.out ? ran.out.find(line.out) != std::string::npos : ran.out.empty()), ran.out);
  BOOST_TEST((line.err ? ran.err.find(line.err) != std::string::npos : ran.err.empty()), ran.err);
}

BOOST_AUTO_TEST_CASE(json_is_one_value_that_a_script_can_read) {
  for (const char* arguments : {"ask --demo --json 'list failed messages'", "doctor --demo --json",
                                "plans --demo --json", "errors explain stripe card_declined --json",
                                "rules test --json", "audit verify --demo --json", "config check bad.yaml --json"})
    BOOST_TEST(nlohmann::json::accept(bench().run(arguments).out), arguments);
}

BOOST_AUTO_TEST_SUITE_END()
