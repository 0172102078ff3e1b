/** Why no lab can be made of an input, or not be changed so; the message says what to do instead. */
export class LabRefusal extends Error {
  override readonly name = 'LabRefusal';
}
