import { createContext, type ComponentChildren, type Ref } from 'preact'
import { useContext, useRef, useState } from 'preact/hooks'

const Sending = createContext(false)

/** Whether the form around is on its way. */
export const useSending = () => useContext(Sending)

interface FormProps {
  readonly class?: string
  readonly handle?: Ref<HTMLFormElement>
  /** Shows by itself what fails. */
  readonly onSubmit: () => unknown
  readonly children: ComponentChildren
}

/** A form that is sent once at a time; meanwhile its button is busy. */
export function Form({ class: name, handle, onSubmit, children }: FormProps) {
  const [isSending, setSending] = useState(false)
  const isUnderWay = useRef(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (isUnderWay.current) return
    isUnderWay.current = true
    setSending(true)
    try {
      await onSubmit()
    } finally {
      isUnderWay.current = false
      setSending(false)
    }
  }
  return (
    <form ref={handle ?? null} class={name} onSubmit={(event) => void submit(event)} noValidate>
      <Sending.Provider value={isSending}>{children}</Sending.Provider>
    </form>
  )
}
