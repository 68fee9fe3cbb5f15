// The schema, as numbered steps that are never changed once released: PostgreSQL has its own files with the same
// numbers.
#pragma once

#include <span>

namespace apiops::sqlite {

struct Migration {
  int version;
  const char* sql;
};

std::span<const Migration> migrations();  // ascending, without gaps, from 1

extern const char* const kMigration0001;
extern const char* const kMigration0002;
extern const char* const kMigration0003;

}  // namespace apiops::sqlite
