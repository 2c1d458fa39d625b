import type { Command } from 'commander';
import { type ConfigChoice, standingSettings } from './config-file.js';
import { SETTINGS, settingKeys } from './settings.js';

/** Adds the options that say where settings come from. */
export function withConfigOptions(command: Command): Command {
  return command
    .option(
      '--config <file>',
      'configuration file (default: ardedup.config.json or similar, in this folder or above it)',
    )
    .option('--no-config', 'read no configuration file');
}

/**
 * Sets options of a command that were not on its command line, from the environment or otherwise from the configuration
 * file. `configured` of its options lists them.
 * @throws SettingError
 */
export async function takeConfiguredOptions(command: Command, environment: NodeJS.ProcessEnv): Promise<void> {
  const own = new Set(command.options.map((option) => option.attributeName()));
  if (!own.has('config')) return;
  const settings = await standingSettings(command.getOptionValue('config') as ConfigChoice, environment);
  const configured: string[] = [];
  for (const key of settingKeys) {
    const { option } = SETTINGS[key];
    const value = settings[key];
    if (value === undefined || !own.has(option) || command.getOptionValueSource(option) === 'cli') continue;
    // Without a tool to ask, the line decides.
    if (key === 'linker' && value === 'auto') continue;
    command.setOptionValueWithSource(option, value, 'config');
    configured.push(option);
  }
  command.setOptionValueWithSource('configured', configured, 'config');
}
