import { createContext, type ComponentChildren, type Ref } from 'preact'
import { useContext } from 'preact/hooks'
import { useOneRun } from './one-run.ts'

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
  const [isSending, run] = useOneRun()
  const submit = (event: Event) => {
    event.preventDefault()
    void run(onSubmit)
  }
  return (
    <form ref={handle ?? null} class={name} onSubmit={submit} noValidate>
      <Sending.Provider value={isSending}>{children}</Sending.Provider>
    </form>
  )
}
