import { NONE } from '../../../symbols/table.js';
import { ALL_BUT_DROPS, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Entries of vector tables: exceptions of Arm's cores, CMSIS, avr-libc, and the peripherals of Atmel's SAM. */
const HANDLER = new RegExp(
  [
    '_IRQHandler$',
    '^__vector_\\d+$',
    '^(?:NMI|HardFault|MemManage|BusFault|UsageFault|SecureFault|SVC?|DebugMon|PendSV|SysTick)_Handler$',
    '^(?:ADC|DACC?|DMAC|EIC|PIO|PWM|SERCOM|SPI|SSC|TC|TWI|U?S?ART)\\w*_Handler$',
  ].join('|'),
);

/** Two libraries handle one interrupt, and both are needed: with one handler alone the other library does not work. */
export const oneHandler: AdviceDetector = {
  code: 'one-handler',
  detect(context) {
    const own = context
      .rivals()
      .filter(
        (pair) =>
          HANDLER.test(pair.text) &&
          membersOf(context, pair).every((member) => context.archiveOf(member) !== NONE),
      );
    if (own.length === 0) return null;
    const [one, other] = membersOf(context, own[0]).map(context.label);
    return {
      code: this.code,
      text: `${one} and ${other} both handle ${namesText(own.map(({ text }) => text))}, and an interrupt has one handler: use another timer or peripheral in one of them, or write one handler that calls both`,
      explains: own.map(({ name }) => name),
      refuses: ALL_BUT_DROPS,
    };
  },
};
