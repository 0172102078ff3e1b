import type { Kustomization, Kustomizations } from './kustomization.ts';

/** What to do about the kustomizations below a plain folder. */
export interface Choice {
  /** To be built: nothing here builds upon them, and they share nothing with another. */
  readonly built: readonly Kustomization[];
  /** Overlays of the same base, of which only the user can say which is meant. */
  readonly alternatives: readonly (readonly Kustomization[])[];
}

/**
 * Decides which kustomizations below a plain folder are whole by themselves. Those that others build upon
 * are part of the others; those that build upon the same folder, like the overlays of one base for two
 * environments, describe the same objects, and are alternatives.
 */
export async function chooseKustomizations(
  found: readonly Kustomization[],
  all: Kustomizations,
): Promise<Choice> {
  const used = new Set(
    found.flatMap(({ folder, bases }) => bases.filter((base) => base !== folder)),
  );
  const whole = found.filter(({ folder, isComponent }) => !used.has(folder) && !isComponent);
  const groups: { members: Kustomization[]; folders: Set<string> }[] = [];
  for (const one of whole) {
    const folders = await ownFolders(one, all);
    const meeting = groups.filter((group) => [...folders].some((each) => group.folders.has(each)));
    for (const group of meeting) groups.splice(groups.indexOf(group), 1);
    groups.push({
      members: [...meeting.flatMap(({ members }) => members), one],
      folders: new Set([...folders, ...meeting.flatMap((group) => [...group.folders])]),
    });
  }
  const members = groups.map((group) => group.members);
  return {
    built: members.filter((group) => group.length === 1).flat(),
    alternatives: members.filter((group) => group.length > 1),
  };
}

/** The folders a kustomization builds upon, but for components: those are made to be shared. */
async function ownFolders(one: Kustomization, all: Kustomizations): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  for (const folder of await all.foldersOf(one.folder)) {
    if ((await all.at(folder))?.isComponent !== true) folders.add(folder);
  }
  return folders;
}
