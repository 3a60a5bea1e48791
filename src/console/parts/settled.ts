import { useEffect, useState } from 'preact/hooks'

/** The value once it has stayed the same for so long; before that an older one. */
export function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
