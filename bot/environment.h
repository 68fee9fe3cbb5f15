// Credentials and base URLs: from the environment, or from files named by the same variable with _FILE, or, in the
// demo, from the sandbox. Values never leave this type but as Secret.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/secret.h"

namespace apiops {

class Environment {
 public:
  // Reads the process's environment. An Error: a _FILE that can't be read.
  static Result<Environment> of_process();
  explicit Environment(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  Secret secret(const std::string& name) const;
  // What is no secret: a base URL, an account SID.
  std::string text(const std::string& name, const std::string& otherwise = {}) const;
  // All credentials that are set: what the masking gate must know.
  std::vector<Secret> secrets() const;
  // Every base URL leads to the service's own hosts, loopback, or a host of `allowed`. An Error names the variable, not
  // the URL.
  Status check_base_urls(const std::vector<std::string>& allowed) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace apiops
