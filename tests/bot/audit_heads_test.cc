// The published heads: the key's file, a torn line, an older copy of the store.
#include "bot/audit_heads.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "connectors/store/sqlite/sqlite_store.h"
#include "engine/record/audit_verify.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

struct Bench {
  Bench() {
    std::string name = (std::filesystem::temp_directory_path() / "apiops-heads-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    open_store();
  }
  ~Bench() {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  void open_store() {
    store.reset();
    auto opened = open_sqlite(loop, clock, random, {.path = folder / "store.sqlite", .keep = keep});
    BOOST_REQUIRE(opened.has_value());
    store = std::move(*opened);
  }
  AuditHeads heads() {
    auto opened = AuditHeads::open(folder / "key", folder / "heads");
    BOOST_REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  void note() {
    AuditEntry entry{.kind = "note"};
    entry.record = Json{{"result", "success"}};
    BOOST_REQUIRE(run(loop, store->note({.audit = {entry}})).has_value());
  }
  AuditVerdict verify() { return verify_audit(*run(loop, store->audit({})), *heads().published()); }

  std::filesystem::path folder;
  asio::io_context loop{1};
  ManualClock clock{loop};
  SeededRandom random{1};
  sqlite::Keep keep;
  std::unique_ptr<Store> store;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_heads)

BOOST_AUTO_TEST_CASE(the_head_is_published_signed_and_the_key_is_the_agents_alone) {
  Bench b;
  AuditHeads heads = b.heads();
  struct stat info{};
  BOOST_REQUIRE(::stat((b.folder / "key").c_str(), &info) == 0);
  BOOST_TEST((info.st_mode & 0777) == 0600);
  b.note();
  BOOST_REQUIRE(run(b.loop, heads.publish(*b.store)).has_value());
  BOOST_REQUIRE(run(b.loop, heads.publish(*b.store)).has_value());  // nothing new: nothing published
  BOOST_TEST(heads.published()->size() == 1u);
  BOOST_TEST(run(b.loop, b.store->published_heads())->at(0).seq == 2);
  BOOST_TEST(b.heads().key().id() == heads.key().id());
  BOOST_TEST(b.verify().sound());
}

BOOST_AUTO_TEST_CASE(fault_row_49_a_torn_last_line_is_cut_off_and_a_foreign_one_is_counted) {
  Bench b;
  b.note();
  {
    AuditHeads heads = b.heads();
    BOOST_REQUIRE(run(b.loop, heads.publish(*b.store)).has_value());
  }
  std::ofstream(b.folder / "heads", std::ios::app) << R"({"chain":"01HX","seq":9,"ha)";
  AuditHeads heads = b.heads();
  BOOST_TEST(heads.repaired());
  BOOST_TEST(heads.published()->size() == 1u);
  BOOST_TEST(heads.foreign() == 0u);
  std::ofstream(b.folder / "heads", std::ios::app)
      << R"({"at":1,"chain":"c","hash":"aa","key_id":"k","seq":9,"signature":"00"})" << "\n";
  BOOST_TEST(heads.published()->size() == 1u);
  BOOST_TEST(heads.foreign() == 1u);
}

BOOST_AUTO_TEST_CASE(a_store_that_was_put_back_to_an_older_copy_is_told) {
  Bench b;
  b.note();
  b.store.reset();
  std::filesystem::copy(b.folder / "store.sqlite", b.folder / "copy");
  b.open_store();
  AuditHeads heads = b.heads();
  b.note();
  BOOST_REQUIRE(run(b.loop, heads.publish(*b.store)).has_value());
  BOOST_TEST(run(b.loop, missing_heads(*b.store, *heads.published())).empty());
  b.store.reset();
  std::filesystem::copy(b.folder / "copy", b.folder / "store.sqlite",
                        std::filesystem::copy_options::overwrite_existing);
  b.open_store();
  const std::string trouble = run(b.loop, missing_heads(*b.store, *heads.published()));
  BOOST_TEST(trouble.find("put back to an older copy") != std::string::npos, trouble);
  BOOST_TEST(!b.verify().sound());
}

BOOST_AUTO_TEST_CASE(what_is_older_than_it_is_kept_goes_up_to_a_published_head_and_the_rest_still_verifies) {
  Bench b;
  b.keep.audit = std::chrono::hours(24);
  b.open_store();
  AuditHeads heads = b.heads();
  for (int i = 0; i < 20; ++i) b.note();
  BOOST_REQUIRE(run(b.loop, heads.publish(*b.store)).has_value());
  for (int i = 0; i < 5; ++i) b.note();
  const std::size_t before = run(b.loop, b.store->audit({}))->size();
  b.clock.advance(std::chrono::hours(48));
  b.note();
  b.clock.advance(std::chrono::hours(1));
  b.note();
  BOOST_REQUIRE(run(b.loop, b.store->ready()).has_value());
  const std::size_t after = run(b.loop, b.store->audit({}))->size();
  BOOST_TEST(after < before);
  BOOST_TEST(b.verify().sound());
}

BOOST_AUTO_TEST_SUITE_END()
