import ora from "ora";
import { paint, type Text } from "./render/text.js";
import type { Output } from "./world.js";

/** One line of a terminal that changes. What is printed meanwhile is printed above it. */
export interface LiveLine {
  readonly show: (text: Text) => void;
  readonly clear: () => void;
}

export function openLiveLine(stream: Output, inColor: boolean): LiveLine {
  const spinner = ora({
    stream,
    isEnabled: true,
    color: false,
    discardStdin: false,
    // Nobody could bring the cursor back after a SIGKILL, or while the job is stopped.
    hideCursor: false,
  });
  return {
    show: (text) => {
      spinner.text = paint(text, inColor);
      spinner.start();
    },
    clear: () => {
      spinner.stop();
    },
  };
}
