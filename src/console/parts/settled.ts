import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** The value once it has stayed the same for so long; before that an older one. */
export function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

interface Told<Value> {
  /** What holds now; it follows, some time after it was told. */
  readonly known: Value
  /** Called once somebody pauses. */
  readonly tell: (value: Value) => void
  readonly milliseconds: number
  readonly isSame?: (one: Value, other: Value) => boolean
}

/**
 * What somebody changes in one go and what holds after it. A change from elsewhere replaces what is
 * shown; the echo of what was told does not, because they may have gone on since.
 */
export function useTold<Value>(told: Told<Value>): [Value, (value: Value) => void] {
  const { known, milliseconds, isSame = Object.is } = told
  const [value, setValue] = useState(known)
  const last = useRef(known)
  const current = useRef(told)
  current.current = told
  useLayoutEffect(() => {
    if (isSame(known, last.current)) return
    last.current = known
    setValue(known)
  }, [known])
  useEffect(() => {
    if (isSame(value, last.current)) return
    const timer = setTimeout(() => {
      last.current = value
      current.current.tell(value)
    }, milliseconds)
    return () => clearTimeout(timer)
  }, [value])
  return [value, setValue]
}
