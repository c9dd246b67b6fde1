import ora from "ora";
import { paint, type Text } from "./render/text.js";

/** One line of the terminal that stderr is that changes. What is printed meanwhile is printed above it. */
export interface LiveLine {
  readonly show: (text: Text) => void;
  readonly clear: () => void;
}

export function openLiveLine(inColor: boolean): LiveLine {
  const spinner = ora({
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
