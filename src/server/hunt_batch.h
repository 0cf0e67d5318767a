// `vedette hunt --batch`: a line in, a line out, in order.
#pragma once

#include <string>
#include <vector>

#include "hunt_options.h"

namespace vedette::server {

// The supervisor: hands each line of stdin to a worker process, which is this program with `--batch-worker` added to
// `arguments`. A line whose query ends the worker costs that line alone; the next one gets a new worker.
int run_batch(const HuntOptions& options, const std::vector<std::string>& arguments);

// The worker: answers lines on stdin until it ends.
int run_batch_worker(const HuntOptions& options);

}  // namespace vedette::server
