import { constants, fstatSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Where Linux tells what this process has open: a link for each number. */
const folder = "/proc/self/fd";

const toReadAndWrite = constants.S_IRUSR | constants.S_IWUSR;

/** The flag of a descriptor that no other program is given. */
const closeOnExec = 0o2_000_000;

/** Each number up to the highest costs something; higher ones are left as they are. */
const highest = 65_535;

interface Descriptor {
  readonly number: number;
  /** The path of what is open, or another name such as `pipe:[1234]`. */
  readonly target: string;
}

/**
 * The descriptors after the first three that we were given, in their order. To be asked before we open any; none where
 * the system does not tell.
 *
 * A flag alone does not tell, for Node and Bun mark those that they were given as they mark their own: Node at least up
 * to 15 and from there to the first gap, Bun all. But the system always gives the lowest number that is free, and the
 * first that both open is an epoll, which has no path. So what is below that is not theirs. Above it, what is marked and
 * looks like a pipe of theirs to themselves, or like a device that they open when an output is one, is not taken for
 * given.
 */
export function givenDescriptors(): number[] {
  const open = readDescriptors();
  const first = open.find(isAnonymous)?.number ?? Number.POSITIVE_INFINITY;
  return open
    .filter((one) => one.number < first || isNeverOurs(one, open) || !isMarked(one))
    .map(({ number }) => number);
}

/** What a process is to have open: the first three, and after them the same at each of the numbers. */
export function stdioOf<What>(
  first: readonly What[],
  numbers: readonly number[],
  what: What,
): (What | "ignore")[] {
  const stdio: (What | "ignore")[] = [...first];
  for (const number of numbers) {
    // After the first three that leaves a number as it is.
    while (stdio.length < number) stdio.push("ignore");
    stdio[number] = what;
  }
  return stdio;
}

function readDescriptors(): Descriptor[] {
  return readNumbers().flatMap((number) => {
    try {
      return [{ number, target: readlinkSync(`${folder}/${number}`) }];
    } catch {
      // It was that of the folder itself, which is closed.
      return [];
    }
  });
}

function readNumbers(): number[] {
  try {
    const numbers = readdirSync(folder).map(Number);
    return numbers.filter((number) => number > 2 && number <= highest).sort((one, other) => one - other);
  } catch {
    return [];
  }
}

function isAnonymous({ target }: Descriptor): boolean {
  return target.startsWith("anon_inode:");
}

function isNeverOurs(descriptor: Descriptor, open: readonly Descriptor[]): boolean {
  if (descriptor.target.startsWith("pipe:")) {
    return !isPipeToUs(descriptor, open);
  }
  return !isAnonymous(descriptor) && !(isDevice(descriptor.number) && (isDevice(1) || isDevice(2)));
}

/** Whether its other end is open here as well. */
function isPipeToUs({ number, target }: Descriptor, open: readonly Descriptor[]): boolean {
  const others = open
    .filter((end) => end.target === target && end.number !== number)
    .map((end) => accessOf(end.number));
  return others.length > 0 && others.includes(toReadAndWrite - accessOf(number));
}

/** What it was opened for, to read or to write or both, is the mode of the link. */
function accessOf(number: number): number {
  return lstatSync(`${folder}/${number}`).mode & toReadAndWrite;
}

function isDevice(number: number): boolean {
  return fstatSync(number).isCharacterDevice();
}

function isMarked({ number }: Descriptor): boolean {
  const [, flags = ""] = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${number}`, "utf8")) ?? [];
  return (Number.parseInt(flags, 8) & closeOnExec) !== 0;
}
