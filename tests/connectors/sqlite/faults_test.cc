// The store when the disk is full, damaged, read-only or lies: rows 57 to 62 of the list of faults.
#include <sqlite3.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>

#include "engine/record/audit_verify.h"
#include "tests/connectors/sqlite/sqlite_bench.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

// Fills the store until it takes no more; what it said then.
Error fill(Bench& b) {
  for (int i = 0; i < 5'000; ++i) {
    NewPlan plan = new_plan(b, 3);
    plan.plan.document = Json{{"title", std::string(8'000, 'x')}};
    auto stored = run(b.loop, b.store.propose(std::move(plan), {.audit = {record_of("plan")}}));
    if (!stored) return stored.error();
  }
  return {};
}

void overwrite(const std::string& file, std::streamoff at, const std::string& with) {
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(at);
  out << with;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_faults)

BOOST_AUTO_TEST_CASE(fault_row_57_on_a_full_disk_reads_go_on_no_vote_counts_and_it_recovers_without_a_restart) {
  SqliteBench bench;
  bench.options.max_pages = 150;
  Bench b = bench.open();
  PlanRow plan = proposed(b);
  const Error full = fill(b);
  BOOST_TEST((full.kind == ErrorKind::kUnavailable), full.what);
  BOOST_TEST(full.what.find("no space left") != std::string::npos, full.what);
  BOOST_TEST(run(b.loop, b.store.plan(plan.id))->has_value());  // reads go on
  Together heavy;
  heavy.audit.push_back(record_of("vote"));
  heavy.audit.back().record["context"] = std::string(9'000, 'y');
  auto counted =
      run(b.loop, b.store.vote(vote_of(plan, "ben", b.clock.now()),
                               {.plan = plan.id, .version = plan.version, .to = PlanState::kApproved}, heavy));
  BOOST_TEST(!counted.has_value());
  BOOST_TEST(((*run(b.loop, b.store.plan(plan.id)))->state == PlanState::kProposed));
  BOOST_TEST(run(b.loop, b.store.votes(plan.id))->empty());
  // Room is made; the same store takes the same vote.
  {
    sqlite3* db = nullptr;
    BOOST_REQUIRE(sqlite3_open(bench.options.path.c_str(), &db) == SQLITE_OK);
    sqlite3_exec(db,
                 "PRAGMA busy_timeout = 2000; DELETE FROM step WHERE plan IN (SELECT id FROM plan WHERE number > 1);"
                 "DELETE FROM plan WHERE number > 1;",
                 nullptr, nullptr, nullptr);
    sqlite3_close(db);
  }
  counted = run(b.loop, b.store.vote(vote_of(plan, "ben", b.clock.now()),
                                     {.plan = plan.id, .version = plan.version, .to = PlanState::kApproved}, heavy));
  BOOST_TEST((counted && *counted), (counted ? "" : counted.error().what));
}

BOOST_AUTO_TEST_CASE(fault_row_58_without_room_for_its_record_no_effect_is_intended_and_the_chain_goes_on_sound) {
  SqliteBench bench;
  bench.options.max_pages = 200;
  Bench b = bench.open();
  PlanRow plan = proposed(b);
  const long long fence = executing(b, plan);
  fill(b);
  Together together;
  together.audit.push_back(record_of("effect"));
  together.audit.back().record["context"] = std::string(9'000, 'y');
  auto intended = run(b.loop, b.store.intend(attempt_of(b, plan, 1, fence), together));
  BOOST_TEST(!intended.has_value());
  BOOST_TEST(run(b.loop, b.store.journal(plan.id))->empty());
  BOOST_TEST(((run(b.loop, b.store.steps(plan.id)))->at(0).state == StepState::kWaiting));
  BOOST_TEST(verify_audit(whole_trail(b)).sound());
}

BOOST_AUTO_TEST_CASE(fault_row_59_a_place_that_can_not_be_written_is_told_at_the_start) {
  SqliteBench bench;
  bench.options.path = "/proc/apiops/store.db";  // nobody may make a folder there, not even root
  const auto opened = bench.try_open();
  BOOST_REQUIRE(!opened.has_value());
  BOOST_TEST(opened.error().code == "store_unwritable");
  BOOST_TEST(opened.error().what.find("folder that it may write to") != std::string::npos, opened.error().what);
}

BOOST_AUTO_TEST_CASE(fault_row_60_a_damaged_inner_page_is_found_at_the_start_and_the_file_is_moved_aside) {
  SqliteBench bench;
  {
    Bench b = bench.open();
    for (int i = 0; i < 40; ++i) proposed(b, 3);
  }
  bench.store.reset();
  const auto size = std::filesystem::file_size(bench.options.path);
  for (std::streamoff page = 20; page < 40; ++page)
    overwrite(bench.options.path, page * 4096, std::string(4096, '\x5a'));
  const auto opened = bench.try_open();
  BOOST_REQUIRE(!opened.has_value());
  BOOST_TEST(opened.error().code == "store_damaged");
  BOOST_TEST(!std::filesystem::exists(bench.options.path));
  bool aside = false;
  for (const auto& entry : std::filesystem::directory_iterator(bench.folder.path))
    aside = aside || (entry.path().string().find(".damaged-") != std::string::npos && entry.file_size() == size);
  BOOST_TEST(aside);
  BOOST_TEST(!bench.try_open().has_value());  // nor is an empty one made in its place
}

BOOST_AUTO_TEST_CASE(fault_row_61_a_destroyed_head_or_log_an_empty_file_and_a_newer_schema_are_refused) {
  const auto refused = [](const std::function<void(const std::string&)>& harm) {
    SqliteBench bench;
    bench.open();
    bench.store.reset();
    harm(bench.options.path);
    const auto opened = bench.try_open();
    return opened ? std::string("opened") : opened.error().code;
  };
  BOOST_TEST(refused([](const auto& file) { overwrite(file, 0, std::string(64, '\0')); }) == "store_damaged");
  BOOST_TEST(refused([](const auto& file) { std::ofstream(file, std::ios::trunc); }) == "store_damaged");
  BOOST_TEST(refused([](const auto& file) { std::ofstream(file + "-wal") << std::string(4096, 'w'); }) ==
             "store_damaged");
  BOOST_TEST(refused([](const auto& file) {
               sqlite3* db = nullptr;
               sqlite3_open(file.c_str(), &db);
               sqlite3_exec(db, "UPDATE meta SET value = '999' WHERE name = 'schema_version'", nullptr, nullptr,
                            nullptr);
               sqlite3_close(db);
             }) == "store_newer");
}

// In a process of its own, whose fsync fails from a moment on (tests/support/fsync_shim.cc, preloaded).
BOOST_AUTO_TEST_CASE(fault_row_62_an_error_of_fsync_means_not_committed_and_nothing_more_is_decided) {
  const char* failing = std::getenv("APIOPS_FSYNC_FAILS");
  if (!failing) {
    const std::string command = "LD_PRELOAD=" FSYNC_SHIM " APIOPS_FSYNC_FAILS=1 " +
                                std::filesystem::read_symlink("/proc/self/exe").string() +
                                " --run_test='store_faults/fault_row_62*' --log_level=error";
    BOOST_TEST(std::system(command.c_str()) == 0);
    return;
  }
  SqliteBench bench;
  Bench b = bench.open();
  PlanRow plan = proposed(b);
  ::setenv("APIOPS_FSYNC_NOW", "1", 1);
  auto counted = run(b.loop, b.store.vote(vote_of(plan, "ben", b.clock.now()),
                                          {.plan = plan.id, .version = plan.version, .to = PlanState::kApproved}, {}));
  BOOST_REQUIRE(!counted.has_value());
  BOOST_TEST((counted.error().kind == ErrorKind::kUnknown), counted.error().what);
  ::unsetenv("APIOPS_FSYNC_NOW");
  // The disk is well again, but what stands in the log is not known: this process decides nothing more.
  auto later = run(b.loop, b.store.note({.audit = {record_of("note")}}));
  BOOST_TEST(!later.has_value());
  BOOST_TEST(!run(b.loop, b.store.ready()).has_value());
  // The next process finds one or the other, whole, and goes on from it.
  Bench again = bench.open();
  const PlanState state = (*run(again.loop, again.store.plan(plan.id)))->state;
  const bool voted = !run(again.loop, again.store.votes(plan.id))->empty();
  BOOST_TEST((state == PlanState::kApproved) == voted);
  BOOST_TEST(verify_audit(whole_trail(again)).sound());
}

BOOST_AUTO_TEST_SUITE_END()
