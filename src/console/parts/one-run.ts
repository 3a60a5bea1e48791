import { useRef, useState } from 'preact/hooks'

/** Runs one thing at a time: what is asked for while the last one goes on is not done. */
export function useOneRun(): [isRunning: boolean, run: (what: () => unknown) => Promise<void>] {
  const isUnderWay = useRef(false)
  const [isRunning, setRunning] = useState(false)
  const run = async (what: () => unknown) => {
    if (isUnderWay.current) return
    const done = what()
    if (!(done instanceof Promise)) return
    isUnderWay.current = true
    setRunning(true)
    try {
      await done
    } finally {
      isUnderWay.current = false
      setRunning(false)
    }
  }
  return [isRunning, run]
}
