// Runs the cases of tests/kql/*.kqlt (kqlt_file.h) over tables that the caller makes.
#pragma once

#include <functional>

#include "kqlt_file.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::kql::testing {

using Lines = std::vector<std::string>;
// From the rows of a `table` case to the table.
using MakeTable = std::function<std::shared_ptr<const TableSource>(columnar::Schema, columnar::Batch)>;

// How a case is run; kql::run unless a caller does something between binding and running.
using RunQuery =
    std::function<base::Result<std::unique_ptr<Execution>>(std::string_view, const Catalog&, const EngineOptions&)>;

// At a fixed time.
EngineOptions kqlt_options();
// What a case answers, as its expected lines are written.
Lines kqlt_answer(const KqltCase& test, const Catalog& catalog, const EngineOptions& options,
                  const RunQuery& run_query = run);
bool agrees(const Lines& got, Lines expected, bool unordered);
std::string text_of(const Lines& lines);
// Checks every case; with `bless`, what a case answers becomes what it expects.
void run_kqlt(const std::string& path, std::vector<KqltCase>& cases, const std::string& setting,
              const EngineOptions& options, const MakeTable& make_table, bool bless, const RunQuery& run_query = run);
// Their names below tests/kql, without the ending.
std::vector<std::string> kqlt_file_names();
std::string kqlt_path(const std::string& name);

}  // namespace vedette::kql::testing
