// The two inputs of a join, read until it is known which is smaller.
//
// An input comes in one or several streams. *Lane* i has the i-th stream of each and a thread of its own; it takes
// batches from its streams in turns and holds them. The input whose streams have all ended first is the smaller one:
// the *build* side. Of the other, the *probe* side, whoever has time takes what is held, some rows at a time, and then
// each lane the rest of its stream.
#pragma once

#include <array>
#include <atomic>
#include <mutex>

#include "join_keys.h"

namespace vedette::kql {

class JoinInputs {
 public:
  // Rows are held as JoinKeys has them.
  JoinInputs(JoinKeys& keys, std::vector<StreamPtr> left, std::vector<StreamPtr> right, QueryContext& query);

  base::Status read();
  JoinSide build_side() const { return build_side_; }
  // All rows of the build side. Once, after read().
  base::Result<Batch> take_build_rows();
  size_t lane_count() const { return lanes_.size(); }
  // The next rows of the probe side in this lane, which belongs to one thread.
  base::Result<std::optional<Batch>> next_probe_batch(size_t lane);

 private:
  // Rows that are held, and with them their charge.
  struct Piece {
    std::shared_ptr<HeldRows> held;
    Batch rows;
  };
  struct Input {
    StreamPtr stream;  // null when it has ended
    std::vector<Piece> pieces;
    std::unique_ptr<HeldRows> held;  // the piece that grows
    Piece taken;                     // of what is held of the probe side: what `slices` hands on
    Slices slices;
  };
  using Lane = std::array<Input, 2>;  // left, right

  base::Status read(Lane& lane);
  base::Status take_turn(Input& input, size_t side);
  std::unique_ptr<HeldRows> hold(size_t side, size_t expected_rows);
  static void end_piece(Input& input);
  // The next rows that are held of the probe side; no rows when there are no more.
  Piece take_held();
  static size_t index_of(JoinSide side) { return side == JoinSide::left ? 0 : 1; }

  QueryContext& query_;
  const JoinKeys& keys_;
  std::array<size_t, 2> piece_rows_;
  std::shared_ptr<HeldRows> build_rows_;
  std::vector<Lane> lanes_;
  std::array<std::atomic<size_t>, 2> open_streams_;
  std::atomic<bool> decided_ = false;
  JoinSide build_side_ = JoinSide::right;
  std::mutex mutex_;  // for what is held of the probe side
  std::vector<Piece> probe_pieces_;
  size_t at_piece_ = 0, at_row_ = 0;
};

}  // namespace vedette::kql
