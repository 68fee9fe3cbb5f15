// A store in a folder of its own, opened and reopened by a test.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "connectors/store/sqlite/sqlite_store.h"
#include "tests/connectors/sqlite/store_conformance.h"
#include "tests/support/run.h"

namespace apiops::testing {

struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "apiops-store-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name = "store.db") const { return (path / name).string(); }
  std::filesystem::path path;
};

struct SqliteBench {
  explicit SqliteBench(std::uint64_t seed = 1) : random(seed) { options.path = folder.file(); }

  Result<std::unique_ptr<Store>> try_open() { return open_sqlite(loop, clock, random, options); }
  Bench open() {
    store.reset();
    auto opened = try_open();
    BOOST_REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().what));
    store = std::move(*opened);
    return {loop, clock, random, *store};
  }

  Folder folder;
  asio::io_context loop{1};
  ManualClock clock{loop};
  SeededRandom random;
  SqliteOptions options;
  std::unique_ptr<Store> store;
};

}  // namespace apiops::testing
