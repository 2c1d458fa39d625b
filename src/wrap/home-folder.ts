import { homedir, userInfo } from 'node:os';

/** The user's folder; null where there is none: a build in a container may be a number that no list of users has. */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (environment.HOME) return environment.HOME;
  try {
    return homedir() || userInfo().homedir;
  } catch {
    return null;
  }
}
