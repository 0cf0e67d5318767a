#include "../../src/federation/message_queue.h"

#include <gtest/gtest.h>

namespace vedette::federation {
namespace {

TEST(MessageQueue, LosesDatagramsBeyondItsLimitsAndCountsThem) {
  MessageQueue messages;
  for (size_t i = 0; i < MessageQueue::messages_max + 3; ++i) messages.add_or_lose({"x", ""});
  EXPECT_EQ(messages.take_lost(), 3u);
  EXPECT_EQ(messages.take_lost(), 0u);
  EXPECT_EQ(messages.take().size(), MessageQueue::messages_max);
  MessageQueue bytes;
  bytes.add_or_lose({std::string(MessageQueue::bytes_max, 'x'), ""});
  bytes.add_or_lose({"y", ""});
  EXPECT_EQ(bytes.take_lost(), 1u);
}

TEST(MessageQueue, LetsNobodyWaitWhenItIsClosed) {
  MessageQueue queue;
  for (size_t i = 0; i < MessageQueue::messages_max; ++i) queue.add_or_lose({"x", "group"});
  queue.close();
  EXPECT_FALSE(queue.wait_and_add({"y", ""}));
  EXPECT_EQ(queue.take().size(), MessageQueue::messages_max);  // groups that are not whole, too
}

}  // namespace
}  // namespace vedette::federation
